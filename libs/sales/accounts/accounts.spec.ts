import { describe, expect, it } from '@jest/globals';
import { Customer, CustomerAssigned, CustomerLocated, CustomerRegistered, OrganisationProfileRecorded } from '#customers';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { type AssignmentRule } from '../leads/domain/assignment.js';
import { LeadConverted } from '../leads/domain/lead.js';
import { assignCustomerByRules, reassignCustomer } from './commands/account-assignment.js';
import { assignmentExplanation } from './views/assignment-explanation.view.js';

const customerId = 'c1';
const NOON = '2026-01-05T12:00:00.000Z';
const history = [
  event(CustomerRegistered, { customerId, kind: 'organisation', name: 'Mingde Tea', status: 'active' }),
  event(CustomerLocated, { customerId, country: 'CN', region: 'Sichuan' }),
  event(OrganisationProfileRecorded, { customerId, facts: { industry: 'retail' } }),
  event(CustomerAssigned, { customerId, assignment: { territory: 'west', team: 'tea' } }),
];
const facts = { kind: 'organisation', country: 'CN', region: 'Sichuan', industry: 'retail', territory: 'west' };
const rule = (ruleId: string, conditions: AssignmentRule['conditions'], ...representativeIds: string[]): AssignmentRule => ({ ruleId, conditions, representativeIds });
const inForce = { rules: { version: 3, rules: [rule('fairs', { source: ['fair'] }, 'bo'), rule('west', { territory: ['west'], kind: ['organisation'] }, 'mei'), rule('rest', {}, 'ken')] }, left: new Set<string>() };
const byRule = event(CustomerAssigned, { customerId, assignment: { territory: 'west', team: 'tea', owner: 'user:mei' }, formerTerritory: 'west', rule: { ruleId: 'west', version: 3, facts } });

describe('a customer', () => {
  it('goes to whom the rules name, with the rule, its version and the facts; team and territory stay', () => {
    given(Customer, history).when(assignCustomerByRules, { customerId }, {}, inForce).then([byRule]);
    given(Customer, [...history, byRule]).when(assignCustomerByRules, { customerId }, {}, inForce).then([]);
    given(Customer, history).when(assignCustomerByRules, { customerId }, {}, { ...inForce, rules: null }).thenRejected('no-rule-holds');
    given(Customer, []).when(assignCustomerByRules, { customerId }, {}, inForce).thenRejected('customer-not-found');
  });

  it('is given to a representative by hand, and to none who has left', () => {
    const reassigned = given(Customer, [...history, byRule]).when(reassignCustomer, { customerId, representativeId: 'bo', reason: 'Knows them' }, {}, { name: 'Bo', post: {} });
    reassigned.then([event(CustomerAssigned, { customerId, assignment: { territory: 'west', team: 'tea', owner: 'user:bo' }, formerTerritory: 'west', reason: 'Knows them' })]);
    given(Customer, history).when(reassignCustomer, { customerId, representativeId: 'bo' }, {}, { name: 'Bo', post: {}, successorId: 'mei' }).thenRejected('representative-left');
  });
});

describe('the explanation of an assignment', () => {
  const rows = (...events: ReturnType<typeof event>[]) => given(assignmentExplanation, events as never).rows().get(customerId);

  it('names the rule for customers who were there before, and no rule once somebody decided', () => {
    expect(rows(...history, byRule)).toEqual({ representativeId: 'mei', rule: { ruleId: 'west', version: 3, facts }, since: NOON });
    expect(rows(...history, byRule, event(CustomerAssigned, { customerId, assignment: { owner: 'user:bo' } }))).toEqual({ representativeId: 'bo', formerRepresentativeId: 'mei', since: NOON });
  });

  it('keeps the rule by which the lead was assigned that the customer came as', () => {
    const lead = event(LeadConverted, { leadId: 'l1', customerId, source: 'fair', capturedAt: NOON, representativeId: 'mei', rule: { ruleId: 'fairs', version: 1, facts: { source: 'fair' } } });
    expect(rows(lead, event(CustomerAssigned, { customerId, assignment: { owner: 'user:mei', territory: 'west' } }))).toMatchObject({ leadId: 'l1', rule: { ruleId: 'fairs' } });
  });
});
