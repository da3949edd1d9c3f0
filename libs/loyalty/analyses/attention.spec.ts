import { describe, expect, it } from '@jest/globals';
import { event, type AnyAnalysis, type NewEvent } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { InteractionRecorded, RelationshipSentimentRecorded } from '#interactions';
import { ModelPromoted, ModelTrained } from '#models';
import { PurchaseRecorded } from '#purchases';
import { rankCorrelation } from '#statistics';
import { convertReferral, recordReferral } from '../commands/referrals.js';
import { defineInteractionPolicy } from '../commands/define-interaction-policy.js';
import { CustomerBenefitAssessed } from '../domain/benefits.js';
import { CostAllocated } from '../domain/costs.js';
import { InteractionPolicy, InteractionPolicyDefined, type InteractionRules } from '../domain/interaction-policy.js';
import { Referral, ReferralConverted, ReferralMade } from '../domain/referrals.js';
import { STARTING_VALUE_RULES, ValuePolicyPublished } from '../domain/value-policy.js';
import { findingsOf, inputsOf } from '../testing/analysing.js';
import { bought, history, publishedPolicies } from '../testing/purchases.js';
import { attitudeHistory } from '../views/attitude-history.view.js';
import { attentionVsValue } from './attention-vs-value.analysis.js';
import { benefitForecast } from './benefit-forecast.analysis.js';
import { contribution } from './contribution.analysis.js';
import { customerValue } from './customer-value.analysis.js';
import { forecastMix } from './forecast-mix.analysis.js';
import { interactionPolicyFor } from './interaction-policy.analysis.js';
import { promotion } from './promotion.analysis.js';
import { satisfaction } from './satisfaction.analysis.js';
import { satisfactionChain } from './satisfaction-chain.analysis.js';
import { valueClassMigration } from './value-class-migration.analysis.js';

const now = '2026-06-30T23:59:59.999Z';
const EVER = { version: 1, effectiveFrom: '1970-01-01T00:00:00.000Z' };
const rules = { ...STARTING_VALUE_RULES, currency: 'USD', margin: 0.5, costPerPurchase: 0, windowDays: 90, tiers: [{ name: 'top', share: 0.5 }, { name: 'rest', share: 0.5 }] };
const policy: [string, NewEvent] = ['1970-01-01', event(ValuePolicyPublished, { ...EVER, rules })];
const campaign = (costId: string, customerId: string, amount: number, basis: string) => event(CostAllocated, { costId, customerId, kind: 'campaign', amount: { amount, currency: 'USD' }, basis });
const felt = (interactionId: string, customerId: string, sentiment: -2 | -1 | 0 | 1 | 2) => event(InteractionRecorded, { interactionId, customerId, channel: 'phone', direction: 'inbound', summary: 'Talked', sentiment, heldAt: '2026-06-01T10:00:00.000Z' } as never);
const basket = (customerId: string, purchaseId: string, product: string, amount: number) => event(PurchaseRecorded, { purchaseId, customerId, amount: { amount, currency: 'USD' }, items: [{ product, quantity: 1, amount: { amount, currency: 'USD' } }] });

describe('Attention and value', () => {
  const purchases = [['2026-05-01', bought('a', 'p1', 600)], ['2026-05-02', bought('b', 'p2', 200)], ['2026-05-03', bought('c', 'p3', 200)], ['2025-01-01', bought('d', 'p4', 900)]] as const;

  it('are shares of what each brings and gets of late; equal profits have equal scores', async () => {
    const { rows, notes } = await findingsOf(attentionVsValue, history(...publishedPolicies, policy, ...purchases, ['2026-05-10', campaign('k1', 'b', 300, 'Fair')], ['2026-05-10', campaign('k2', 'a', 100, 'Fair')]), now);
    expect(rows).toMatchObject([
      { customerId: 'a', profit: 300, score: 100, valueShare: 0.6, effort: 100, effortShare: 0.25, balance: 0.35 }, { customerId: 'b', score: 100 / 3, valueShare: 0.2, effortShare: 0.75 },
      { customerId: 'c', score: 100 / 3, effortShare: 0 }, { customerId: 'd', profit: 0, score: 0, valueShare: 0 },
    ]);
    expect(notes).toContain('Attention is what was spent on service and campaigns.');
  });

  it('are told by meetings where nothing was spent, and of one buyer there is no score', async () => {
    const { rows, notes } = await findingsOf(attentionVsValue, history(...publishedPolicies, policy, ['2026-05-01', bought('a', 'p1', 600)], ['2026-06-01', felt('i1', 'a', 1)]), now);
    expect(rows).toMatchObject([{ score: null, effortShare: null, meetings: 1, meetingShare: 1, balance: 0 }]);
    expect(notes[0]).toContain('attention is days with an interaction');
  });

  it('are given by tier, and what is missing of the contacts is counted', async () => {
    const modes: InteractionRules = { modes: [{ tier: 'top', channels: ['visit', 'phone'], contactsPerYear: 4, service: 'A representative of their own' }] };
    expect(given(InteractionPolicy, []).when(defineInteractionPolicy, { interactionpolicyId: 'default', rules: modes }).events[0]!.data).toMatchObject({ version: 1, rules: modes });
    given(InteractionPolicy, []).when(defineInteractionPolicy, { interactionpolicyId: 'default', rules: { modes: [...modes.modes, ...modes.modes] } }).thenRejected('tier-named-twice');
    const events = [...publishedPolicies, policy, ...purchases, ['2026-06-01', felt('i1', 'd', 1)]] as const;
    expect((await findingsOf(interactionPolicyFor, history(...events), now)).notes).toEqual([expect.stringContaining('No interaction policy is defined')]);
    const { rows, notes, summary } = await findingsOf(interactionPolicyFor, history(...events, ['1970-01-01', event(InteractionPolicyDefined, { ...EVER, rules: modes })]), now);
    expect(rows.filter(({ tier }) => tier === 'top')).toMatchObject([{ customerId: 'a', service: 'A representative of their own', meetings: 0, missing: 4 }, { customerId: 'd', meetings: 1, missing: 3 }]);
    expect(rows.filter(({ tier }) => tier === 'rest')).toMatchObject([{ service: null, missing: null }, { service: null }]);
    expect([summary['behind'], notes]).toEqual([2, ['The interaction policy says nothing of the tier rest.']]);
  });
});

describe('Migration between value classes', () => {
  it('says from where, to where, and why, of everybody', async () => {
    const events = history(...publishedPolicies, policy, ['2026-01-10', bought('a', 'p1', 600)], ['2026-02-10', bought('b', 'p2', 100)], ['2026-06-10', bought('b', 'p3', 100)], ['2026-06-20', bought('c', 'p4', 900)]);
    const from = '2026-02-28T23:59:59.999Z';
    const asked = valueClassMigration as unknown as AnyAnalysis;
    const { rows, summary } = asked.compute((await inputsOf(asked, events, now, events.filter(({ occurredAt }) => occurredAt <= from), from)) as never, { now, from, parameters: {} });
    expect(rows).toMatchObject([
      { customerId: 'a', from: 'value-changing', to: 'problem', because: 'brought profit before and brings none', moved: true }, { customerId: 'b', from: 'value-changing', to: 'ordinary', moved: true }, { customerId: 'c', from: 'none', becauseBefore: null, to: 'value-changing' },
    ]);
    expect(summary).toMatchObject({ moved: 3, ways: { 'none → value-changing': 1 } });
  });
});

describe('What came of a promotion', () => {
  it('is who bought in time of those reached, against as many days before', async () => {
    const events = history(...publishedPolicies, policy, ['2026-05-01', campaign('k1', 'a', 50, 'Fair')], ['2026-05-01', campaign('k2', 'b', 50, 'Fair')], ['2026-05-10', bought('a', 'p1', 600)], ['2026-04-20', bought('b', 'p2', 100)], ['2026-07-20', bought('b', 'p3', 100)], ['2026-06-20', campaign('k3', 'c', 10, 'Letter')]);
    const { rows, summary } = await findingsOf(promotion, events, now);
    expect(rows).toEqual([
      { promotion: 'Fair', since: '2026-05-01', reach: 2, responded: 1, response: 0.5, before: 0.5, cost: 100, profit: 300, profitBefore: 50, roi: 2, isOver: true },
      { promotion: 'Letter', since: '2026-06-20', reach: 1, responded: 0, response: 0, before: 0, cost: 10, profit: 0, profitBefore: 0, roi: -1, isOver: false },
    ]);
    expect(summary).toMatchObject({ reach: 3, cost: 110 });
    expect((await findingsOf(promotion, history(...publishedPolicies, policy), now)).notes).toEqual([expect.stringContaining('No cost of a campaign is allocated')]);
  });
});

describe('Recommending', () => {
  it('is recorded once, and nobody refers themselves', () => {
    given(Referral, []).when(recordReferral, { referralId: 'r', customerId: 'a', source: 'Said so' }).then([event(ReferralMade, { referralId: 'r', customerId: 'a', source: 'Said so' })]);
    given(Referral, []).when(recordReferral, { referralId: 'r', customerId: 'a', referredId: 'a', source: 'Said so' }).thenRejected('referral-of-oneself');
    given(Referral, []).when(convertReferral, { referralId: 'r', referredCustomerId: 'b' }).thenRejected('referral-not-found');
    const made = event(ReferralMade, { referralId: 'r', customerId: 'a', source: 'Said so' });
    given(Referral, [made]).when(convertReferral, { referralId: 'r', referredCustomerId: 'b' }).then([event(ReferralConverted, { referralId: 'r', customerId: 'a', referredCustomerId: 'b' })]);
    given(Referral, [made]).when(convertReferral, { referralId: 'r', referredCustomerId: 'a' }).thenRejected('referral-of-oneself');
  });

  it('is worth what those bring who came by it, at the rate so far', async () => {
    const events = history(...publishedPolicies, policy, ['2024-06-30', bought('a', 'p1', 600)], ['2026-06-01', bought('b', 'p2', 400)], ['2026-05-01', event(ReferralMade, { referralId: 'r', customerId: 'a', source: 'Said so' })], ['2026-06-01', event(ReferralConverted, { referralId: 'r', customerId: 'a', referredCustomerId: 'b' })]);
    const { rows, notes } = await findingsOf(customerValue, events, now);
    // One in two years of 730 days, over 36 months, at a profit of 200.
    expect(rows).toMatchObject([{ customerId: 'a', referral: expect.closeTo((36 / 24) * 200, 6) }, { customerId: 'b', referral: 0 }]);
    expect(notes.join(' ')).not.toContain('No referral is recorded');
  });
});

describe('Satisfaction, loyalty and value', () => {
  it('are compared by ranks; equal values have their mean rank', async () => {
    expect(rankCorrelation([[1, 10], [2, 20], [3, 15], [4, 40]])).toBeCloseTo(0.8, 12);
    expect(rankCorrelation([[1, 2], [1, 2], [3, 1]])).toBeCloseTo(-1, 12);
    expect([rankCorrelation([[1, 1], [2, 2]]), rankCorrelation([[1, 1], [1, 2], [1, 3]])]).toEqual([undefined, undefined]);
    const purchases = ['a', 'b', 'c'].flatMap((id, n) => Array.from({ length: n + 1 }, (_, k): [string, NewEvent] => [`2026-0${k + 1}-05`, bought(id, `${id}${k}`, 100)]));
    const { rows, notes } = await findingsOf(satisfactionChain, history(...publishedPolicies, policy, ...purchases, ['2026-06-01', felt('i1', 'a', -1)], ['2026-06-01', felt('i2', 'b', 1)]), now);
    expect(rows).toEqual([{ from: 'satisfaction', to: 'loyalty', customers: 2, correlation: null }, { from: 'loyalty', to: 'value', customers: 3, correlation: expect.closeTo(1, 12) }, { from: 'satisfaction', to: 'value', customers: 2, correlation: null }]);
    expect(notes).toContain('What goes together need not be cause and effect.');
  });
});

describe('Contributions', () => {
  it('are shares of revenue and profit from the largest, and who costs more than they bring has none', async () => {
    const { rows, notes } = await findingsOf(contribution, history(...publishedPolicies, policy, ['2026-05-01', bought('a', 'p1', 600)], ['2026-05-02', bought('b', 'p2', 200)], ['2026-05-02', bought('c', 'p3', 200)], ['2026-05-03', campaign('k', 'c', 150, 'Fair')]), now);
    expect(rows).toMatchObject([{ customerId: 'a', rank: 1, revenueShare: 0.6, profitShare: 0.75, cumulated: 0.75 }, { customerId: 'b', profitShare: 0.25, cumulated: 1 }, { customerId: 'c', profit: -50, profitShare: null, cumulated: 1 }]);
    expect(notes).toContain('1 buyers cost more than they bring; they have no share of the profit.');
  });
});

describe('Satisfaction by month', () => {
  it('is the mean sentiment, and what changed', async () => {
    const { rows } = await findingsOf(satisfaction, history(['2026-05-01', felt('i1', 'a', -1)], ['2026-05-09', felt('i2', 'b', 2)], ['2026-06-01', felt('i3', 'a', 1)]), now);
    expect(rows).toEqual([{ month: '2026-05', sentiments: 2, customers: 2, mean: 0.5, change: null }, { month: '2026-06', sentiments: 1, customers: 1, mean: 1, change: 0.5 }]);
  });
});

describe('The attitude of a customer', () => {
  it('is that of the latest judgement, whenever it was recorded, and counts how often it changed', () => {
    const judged = (sentiment: -2 | -1 | 0 | 1 | 2) => event(RelationshipSentimentRecorded, { relationshipId: 'a', customerId: 'a', sentiment });
    const events = history(['2026-01-01', judged(1)], ['2026-03-01', judged(-1)], ['2026-02-01', judged(1)]);
    given(attitudeHistory, events).then('a', {
      customerId: 'a', attitude: -1, since: '2026-03-01T10:00:00.000Z', changes: 1,
      judgements: [['2026-01-01', 1, 0], ['2026-02-01', 1, 2], ['2026-03-01', -1, 1]].map(([day, sentiment, index]) => ({ at: `${day}T10:00:00.000Z`, sentiment: sentiment as 1 | -1, eventId: events[index as number]!.id })),
    });
  });
});

describe('The benefit to come', () => {
  const term = (value: number) => ({ value, source: 'Interview' });
  const assessed = (benefitId: string, u: number) => event(CustomerBenefitAssessed, { benefitId, customerId: 'a', product: 'tea', terms: { u: term(u), b: term(0), r: term(0), c: term(0), t: term(0) } });

  it('goes on as it went, from three assessments on', async () => {
    const events = history(['2024-06-30', assessed('b1', 10)], ['2025-06-30', assessed('b2', 20)], ['2026-06-30', assessed('b3', 30)]);
    const { rows } = await findingsOf(benefitForecast, events, '2026-06-30T10:00:00.000Z', { days: 365 });
    expect(rows).toEqual([{ customerId: 'a', product: 'tea', assessments: 3, latest: 30, perYear: expect.closeTo(10, 1), expected: expect.closeTo(40, 1) }]);
    expect((await findingsOf(benefitForecast, events.slice(0, 2), now)).rows).toMatchObject([{ latest: 20, perYear: null, expected: null }]);
  });
});

describe('The mix of products to come', () => {
  const models: [string, NewEvent][] = [['bg_nbd', { r: 0.5, alpha: 6, a: 0.8, b: 2.5 }] as const, ['gamma_gamma', { p: 6, q: 4, gamma: 1_500 }] as const].flatMap(([method, parameters]): [string, NewEvent][] => [
    ['2026-06-01', event(ModelTrained, { modelId: method, version: 1, method, data: { currency: 'USD' }, parameters })], ['2026-06-01', event(ModelPromoted, { modelId: method, version: 1 })],
  ]);
  const purchases = [['2026-05-01', basket('a', 'p1', 'tea', 300)], ['2026-06-01', basket('a', 'p2', 'tea', 300)], ['2024-05-01', basket('b', 'p3', 'cup', 600)], ['2026-06-01', bought('c', 'p4', 100)]] as const;

  it('moves towards what those buy who are still alive, and comes to what all are expected to spend', async () => {
    const { rows, summary } = await findingsOf(forecastMix, history(...publishedPolicies, ...models, ...purchases), now);
    const [cup, tea] = rows as { product: string; share: number; expectedRevenue: number; expectedShare: number; change: number }[];
    expect([cup, tea]).toMatchObject([{ product: 'cup', share: 0.5 }, { product: 'tea', share: 0.5 }]);
    expect(tea!.expectedShare).toBeGreaterThan(0.5);
    expect(cup!.expectedShare + tea!.expectedShare).toBeCloseTo(1, 12);
    expect(summary['expectedRevenue']).toBeCloseTo(cup!.expectedRevenue + tea!.expectedRevenue, 9);
  });

  it('is not known where purchases name no products, or no model is in use', async () => {
    expect((await findingsOf(forecastMix, history(...publishedPolicies, ['2026-05-01', bought('a', 'p1', 300)]), now)).notes).toEqual([expect.stringMatching(/^No purchase in [A-Z]{3} says which products it was for/)]);
    expect((await findingsOf(forecastMix, history(...publishedPolicies, ...purchases), now)).notes.join(' ')).toContain('No model bg_nbd for USD was promoted');
  });
});
