import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { publishAssignmentRules } from './commands/assignment-rules.js';
import { assignLead, assignLeadByRules, captureLead, convertLead, disqualifyLead, markLeadDuplicate, qualifyLead, returnLeadToPool } from './commands/leads.js';
import { AssignmentRules, AssignmentRulesPublished, type AssignmentRule, type AssignmentRulesState } from './domain/assignment.js';
import { Lead, LeadAssigned, LeadCaptured, LeadConverted, LeadMarkedDuplicate, LeadQualified, LeadReturnedToPool } from './domain/lead.js';
import { leadBoard } from './views/lead-board.view.js';

const NOON = '2026-01-05T12:00:00.000Z';
const leadId = 'l1';
const captured = event(LeadCaptured, { leadId, source: 'fair', name: 'Li Ming', country: 'CN', email: 'Li@example.com' });
const assigned = event(LeadAssigned, { leadId, representativeId: 'mei' });
const qualified = event(LeadQualified, { leadId, score: 80 });
const rule = (ruleId: string, conditions: AssignmentRule['conditions'], ...representativeIds: string[]): AssignmentRule => ({ ruleId, conditions, representativeIds });
const ruled = (rules: AssignmentRulesState, ...left: string[]) => ({ rules, left: new Set(left) });
const customer = { status: 'active', deactivated: false, blacklisted: false };

describe('a lead', () => {
  it('is captured once', () => {
    given(Lead, []).when(captureLead, { leadId, source: 'fair', name: 'Li Ming', country: 'CN', email: 'Li@example.com' }).then([captured]);
    given(Lead, [captured]).when(captureLead, { leadId, source: 'fair', name: 'Li Ming' }).thenRejected('lead-already-captured');
  });

  it('goes to the representative of the first rule that holds, with the rule, its version and the facts', () => {
    const rules = { version: 4, rules: [rule('japan', { country: ['JP'] }, 'ken'), rule('china-fairs', { country: ['CN', 'TW'], source: ['fair'] }, 'mei'), rule('rest', {}, 'bo')] };
    given(Lead, [captured]).when(assignLeadByRules, { leadId }, {}, ruled(rules))
      .then([event(LeadAssigned, { leadId, representativeId: 'mei', rule: { ruleId: 'china-fairs', version: 4, facts: { source: 'fair', country: 'CN' } } })]);
    given(Lead, [captured]).when(assignLeadByRules, { leadId }, {}, ruled({ version: 4, rules: rules.rules.slice(0, 1) })).thenRejected('no-rule-holds');
    given(Lead, [captured]).when(assignLeadByRules, { leadId }, {}, ruled(null)).thenRejected('no-rule-holds');
  });

  it('goes to nobody who has left: to another of the rule, or to whom a later rule names', () => {
    const rules = { version: 2, rules: [rule('fairs', { source: ['fair'] }, 'mei', 'bo'), rule('rest', {}, 'ken')] };
    const who = (...left: string[]) => (given(Lead, [captured]).when(assignLeadByRules, { leadId }, {}, ruled(rules, ...left)).events[0]!.data as LeadAssigned).representativeId;
    expect([who('mei'), who('bo'), who('mei', 'bo')]).toEqual(['bo', 'mei', 'ken']);
  });

  it('goes to the same one of several however often it is asked, and many leads to each of them', () => {
    const rules = { version: 1, rules: [rule('all', {}, 'a', 'b', 'c')] };
    const whoGets = (id: string) => (given(Lead, [captured]).when(assignLeadByRules, { leadId: id }, {}, ruled(rules)).events[0]!.data as LeadAssigned).representativeId;
    const counts = new Map<string, number>();
    for (let index = 0; index < 300; index++) counts.set(whoGets(`lead-${index}`), (counts.get(whoGets(`lead-${index}`)) ?? 0) + 1);
    expect(whoGets('lead-7')).toBe(whoGets('lead-7'));
    for (const who of ['a', 'b', 'c']) expect(counts.get(who)).toBeGreaterThan(70);
  });

  it('is given to somebody else by hand, and to nobody who does not exist', () => {
    given(Lead, [captured, assigned]).when(assignLead, { leadId, representativeId: 'bo' }, {}, { name: 'Bo', post: {} }).then([event(LeadAssigned, { leadId, representativeId: 'bo', formerRepresentativeId: 'mei' })]);
    given(Lead, [captured]).when(assignLead, { leadId, representativeId: 'bo' }, {}, null).thenRejected('representative-not-found');
  });

  it('returns to the pool, and can be assigned again', () => {
    const returned = event(LeadReturnedToPool, { leadId, formerRepresentativeId: 'mei', reason: 'No time' });
    given(Lead, [captured, assigned]).when(returnLeadToPool, { leadId, reason: 'No time' }).then([returned]);
    given(Lead, [captured, assigned, returned]).when(returnLeadToPool, { leadId, reason: 'No time' }).thenRejected('lead-pooled');
    expect(given(Lead, [captured, assigned, returned]).when(assignLead, { leadId, representativeId: 'mei' }, {}, { name: 'Mei', post: {} }).events).toHaveLength(1);
  });

  it('is qualified before it is converted, to a customer with whom business may be done', () => {
    given(Lead, [captured, assigned]).when(convertLead, { leadId, customerId: 'c1' }, {}, customer).thenRejected('lead-assigned');
    given(Lead, [captured]).when(qualifyLead, { leadId }).thenRejected('lead-pooled');
    given(Lead, [captured, assigned, qualified]).when(convertLead, { leadId, customerId: 'c1' }, {}, null).thenRejected('customer-not-found');
    given(Lead, [captured, assigned, qualified]).when(convertLead, { leadId, customerId: 'c1', opportunityId: 'o1' }, {}, customer)
      .then([event(LeadConverted, { leadId, customerId: 'c1', opportunityId: 'o1', source: 'fair', capturedAt: NOON, representativeId: 'mei' })]);
    given(Lead, [captured, assigned, qualified, event(LeadConverted, { leadId, customerId: 'c1', source: 'fair', capturedAt: NOON })]).when(disqualifyLead, { leadId, reason: 'x' }).thenRejected('lead-converted');
  });

  it('is the duplicate of another that goes on', () => {
    given(Lead, [captured]).when(markLeadDuplicate, { leadId, ofLeadId: leadId }, {}, {}).thenRejected('duplicate-of-itself');
    given(Lead, [captured]).when(markLeadDuplicate, { leadId, ofLeadId: 'l0' }, {}, null).thenRejected('lead-not-found');
    given(Lead, [captured]).when(markLeadDuplicate, { leadId, ofLeadId: 'l0' }, {}, { status: 'duplicate' }).thenRejected('lead-duplicate');
    given(Lead, [captured]).when(markLeadDuplicate, { leadId, ofLeadId: 'l0' }, {}, { status: 'pooled' }).then([event(LeadMarkedDuplicate, { leadId, ofLeadId: 'l0' })]);
  });
});

describe('the rules of assignment', () => {
  it('get a version with each change, and name nobody who does not exist', () => {
    const rules = [rule('all', {}, 'mei')];
    const first = event(AssignmentRulesPublished, { assignmentrulesId: 'default', version: 1, rules });
    given(AssignmentRules, []).when(publishAssignmentRules, { assignmentrulesId: 'default', rules }, {}, []).then([first]);
    given(AssignmentRules, [first]).when(publishAssignmentRules, { assignmentrulesId: 'default', rules }, {}, []).then([]);
    given(AssignmentRules, []).when(publishAssignmentRules, { assignmentrulesId: 'default', rules }, {}, ['mei']).thenRejected('representative-not-found');
  });
});

describe('the board of leads', () => {
  const more = (leadId: string, fields: Partial<LeadCaptured>, day: number) => recorded(event(LeadCaptured, { leadId, source: 'web', name: leadId, ...fields }), { position: day, occurredAt: `2026-01-0${day}T00:00:00.000Z` });
  const board = given(leadBoard, [
    more('second', { email: ' LI@example.com' }, 2), more('first', { email: 'li@EXAMPLE.com' }, 1), more('third', { phone: '+86 10 6552 9988' }, 3), more('fourth', { phone: '010-65529988' }, 4),
    event(LeadConverted, { leadId: 'first', customerId: 'c1', source: 'web', capturedAt: NOON }),
  ]).rows();
  async function* rows() {
    for (const [_id, row] of board) yield { _id, ...row };
  }

  it('finds leads that share an address or a number, the first captured one first', async () => {
    expect(await leadBoard.reports.get('duplicates')!.run(rows(), NOON, undefined)).toEqual([{ shared: 'email', leadIds: ['first', 'second'] }, { shared: 'phone', leadIds: ['third', 'fourth'] }]);
  });

  it('tells how many of each source were converted', async () => {
    expect(await leadBoard.reports.get('by_source')!.run(rows(), NOON, undefined)).toEqual([{ key: 'web', leads: 4, converted: 1, disqualified: 0, duplicates: 0, conversionRate: 0.25 }]);
  });
});
