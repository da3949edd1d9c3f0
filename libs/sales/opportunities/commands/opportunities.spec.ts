import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { EIGHT_STEPS } from '../../sales-processes/domain/default-process.js';
import { OpportunityContested, OpportunityLost, OpportunityOpened, OpportunityReopened, OpportunityStageAdvanced, OpportunityWon } from '../domain/events.js';
import { Opportunity } from '../domain/opportunity.js';
import { loseOpportunity, reopenOpportunity, winOpportunity } from './end-opportunity.js';
import { contestOpportunity, nameOpportunityCustomer, reassignOpportunity } from './manage-opportunity.js';
import { advanceOpportunity, revertOpportunity } from './move-opportunity.js';
import { openOpportunity } from './open-opportunity.js';

const NOON = '2026-01-05T12:00:00.000Z';
const opportunityId = 'o1';
const customerId = 'c1';
const stages = EIGHT_STEPS.map(({ name: _, ...stage }) => stage);
const process = { salesprocessId: 'eight-steps', version: 3, stages };
const seller = { representativeId: 'mei', region: 'East' };
const customer = { status: 'active', deactivated: false, blacklisted: false };
const known = { customer, process: { name: 'Eight', version: 3, stages: [...EIGHT_STEPS] }, offering: { name: 'Tea', retired: false }, representative: { name: 'Mei', post: { region: 'East' } } };
const usd = (amount: number) => ({ amount, currency: 'USD' });

const opened = event(OpportunityOpened, { opportunityId, customerId, seller, offeringId: 'tea', source: 'lead', process, stage: 'find-prospect', skipped: [], value: usd(900) });
const step = { salesprocessId: 'eight-steps', version: 3, since: NOON };
const ended = (stage: string) => ({ ...step, stage, openedAt: NOON, seller, offeringId: 'tea' });
const won = event(OpportunityWon, { opportunityId, customerId, value: usd(1000), competitorIds: [], ended: ended('sign-and-commit') });

describe('opening an opportunity', () => {
  const command = { opportunityId, customerId, representativeId: 'mei', offeringId: 'tea' };

  it('pins it to the present version of its process, with who sells and where', () => {
    given(Opportunity, []).when(openOpportunity, { ...command, source: 'lead', value: usd(900) }, {}, known).then([opened]);
  });

  it('tells the stages that are left out where it begins later', () => {
    expect(given(Opportunity, []).when(openOpportunity, { ...command, stage: 'build-trust' }, {}, known).events[0]?.data).toMatchObject({ stage: 'build-trust', skipped: ['find-prospect', 'arrange-visit'] });
  });

  it.each([
    ['a customer that does not exist', { customer: null }, 'customer-not-found'],
    ['a customer that is merged', { customer: { ...customer, mergedInto: 'c2' } }, 'customer-merged'],
    ['a blacklisted customer', { customer: { ...customer, blacklisted: true } }, 'customer-blacklisted'],
    ['a representative who does not exist', { representative: null }, 'representative-not-found'],
    ['an offering that does not exist', { offering: null }, 'offering-not-found'],
    ['an offering that is retired', { offering: { name: 'Tea', retired: true } }, 'offering-retired'],
    ['a process that does not exist', { process: null }, 'sales-process-not-found'],
  ])('is refused for %s', (_, other, code) => {
    given(Opportunity, []).when(openOpportunity, command, {}, { ...known, ...other }).thenRejected(code);
  });

  it('needs no customer yet, but then takes no text about one', () => {
    const nobody = { opportunityId };
    expect(given(Opportunity, []).when(openOpportunity, nobody, {}, { ...known, customer: null }).events).toHaveLength(1);
    given(Opportunity, []).when(openOpportunity, { ...nobody, title: 'Three houses' }, {}, known).thenRejected('customer-unknown');
  });

  it('begins in no stage after the sale', () => {
    given(Opportunity, []).when(openOpportunity, { ...command, stage: 'customer-satisfied' }, {}, known).thenRejected('stage-after-sale');
  });
});

describe('moving an opportunity', () => {
  const inStudy = event(OpportunityStageAdvanced, { opportunityId, customerId, from: 'find-prospect', to: 'study-solution', skipped: ['arrange-visit', 'build-trust', 'identify-needs'], step });

  it('tells skipped stages', () => {
    given(Opportunity, [opened]).when(advanceOpportunity, { opportunityId, to: 'study-solution' }).then([inStudy]);
  });

  it.each([['find-prospect', 'stage-not-ahead'], ['arrange-visit', 'stage-not-ahead'], ['customer-satisfied', 'stage-after-sale'], ['no-stage', 'stage-unknown']])('to %s is refused with %s: it says where it is and what is possible', (to, code) => {
    const outcome = given(Opportunity, [opened, inStudy]).when(advanceOpportunity, { opportunityId, to });
    outcome.thenRejected(code);
    expect(outcome.error?.message).toContain('is in study-solution');
    expect(outcome.error?.message).toContain('present-plan, sign-and-commit');
  });

  it('goes back only to a stage behind it', () => {
    expect(given(Opportunity, [opened, inStudy]).when(revertOpportunity, { opportunityId, to: 'build-trust', reason: 'New buyer' }).events[0]?.data).toMatchObject({ from: 'study-solution', to: 'build-trust' });
    given(Opportunity, [opened, inStudy]).when(revertOpportunity, { opportunityId, to: 'present-plan' }).thenRejected('stage-not-behind');
  });

  it('never happens before it came into its stage', () => {
    given(Opportunity, [opened]).when(advanceOpportunity, { opportunityId, to: 'arrange-visit' }, { occurredAt: '2026-01-05T11:59:59.999Z' }).thenRejected('time-out-of-order');
  });

  it('goes on after the sale, to the stages after it', () => {
    expect(given(Opportunity, [opened, won]).when(advanceOpportunity, { opportunityId, to: 'customer-satisfied' }).events).toHaveLength(1);
    given(Opportunity, [opened, won]).when(advanceOpportunity, { opportunityId, to: 'sign-and-commit' }).thenRejected('stage-not-ahead');
  });
});

describe('the end of an opportunity', () => {
  it('is a win in the stage of signing, with the way there', () => {
    const { events } = given(Opportunity, [opened]).when(winOpportunity, { opportunityId, value: usd(1000) });
    expect(events.map(({ type }) => type.name)).toEqual(['OpportunityStageAdvanced', 'OpportunityWon']);
    expect(events[0]?.data).toMatchObject({ to: 'sign-and-commit', skipped: ['arrange-visit', 'build-trust', 'identify-needs', 'study-solution', 'present-plan'] });
    expect(events[1]?.data).toMatchObject({ value: usd(1000), ended: { stage: 'sign-and-commit', openedAt: NOON, seller } });
  });

  it('is worth what was estimated where nothing else is said, and something has to be', () => {
    expect(given(Opportunity, [opened]).when(winOpportunity, { opportunityId }).events[1]?.data).toMatchObject({ value: usd(900) });
    const { value: _, ...unvalued } = opened.data;
    given(Opportunity, [event(OpportunityOpened, unvalued)]).when(winOpportunity, { opportunityId }).thenRejected('value-missing');
  });

  it('is a loss with its reason and to whom', () => {
    given(Opportunity, [opened, event(OpportunityContested, { opportunityId, customerId, competitorId: 'rival' })])
      .when(loseOpportunity, { opportunityId, reason: 'price', competitorId: 'rival' }, {}, { products: {} })
      .then([event(OpportunityLost, { opportunityId, reason: 'price', competitorId: 'rival', customerId, value: usd(900), competitorIds: ['rival'], ended: ended('find-prospect') })]);
  });

  it('is final until it is reopened, and the refusal says what is possible', () => {
    const outcome = given(Opportunity, [opened, won]).when(loseOpportunity, { opportunityId, reason: 'price' });
    outcome.thenRejected('opportunity-won');
    expect(outcome.error?.message).toBe('The opportunity o1 is won, so LoseOpportunity is not possible; possible now: AdvanceOpportunity, ReopenOpportunity.');
    given(Opportunity, [opened]).when(reopenOpportunity, { opportunityId }).thenRejected('opportunity-open');
    given(Opportunity, []).when(reopenOpportunity, { opportunityId }).thenRejected('opportunity-not-found');
  });

  it('no longer counts when it is reopened', () => {
    const former = { outcome: 'won' as const, endedAt: NOON, value: usd(1000), ended: ended('sign-and-commit'), competitorIds: [] };
    const reopened = event(OpportunityReopened, { opportunityId, customerId, former, stage: 'sign-and-commit' });
    given(Opportunity, [opened, won]).when(reopenOpportunity, { opportunityId }).then([reopened]);
    expect(given(Opportunity, [opened, won, reopened]).state()).toMatchObject({ status: 'open', stage: 'sign-and-commit' });
  });
});

describe('an open opportunity', () => {
  it('gets its customer once', () => {
    const { customerId: _, ...nobodys } = opened.data;
    expect(given(Opportunity, [event(OpportunityOpened, nobodys)]).when(nameOpportunityCustomer, { opportunityId, customerId: 'c2' }, {}, customer).events).toHaveLength(1);
    given(Opportunity, [opened]).when(nameOpportunityCustomer, { opportunityId, customerId: 'c2' }, {}, customer).thenRejected('customer-already-named');
  });

  it('is given to another representative in the region of that one', () => {
    expect(given(Opportunity, [opened]).when(reassignOpportunity, { opportunityId, representativeId: 'bo' }, {}, { name: 'Bo', post: { region: 'West', managerId: 'ida' } }).events[0]?.data)
      .toMatchObject({ former: seller, seller: { representativeId: 'bo', region: 'West', managerId: 'ida' } });
  });

  it('knows each rival once', () => {
    given(Opportunity, [opened, event(OpportunityContested, { opportunityId, customerId, competitorId: 'rival' })]).when(contestOpportunity, { opportunityId, competitorId: 'rival' }, {}, { products: {} }).then([]);
  });
});
