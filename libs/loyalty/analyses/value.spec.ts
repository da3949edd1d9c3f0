import { describe, expect, it } from '@jest/globals';
import { event, type AnyAnalysis, type NewEvent } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { CustomerRegistered } from '#customers';
import { InteractionAttributed, InteractionCorrected, InteractionRecorded, RelationshipSentimentRecorded } from '#interactions';
import { ModelPromoted, ModelTrained } from '#models';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from '#purchases';
import { expectedPurchases } from '#statistics';
import { allocateCost } from '../commands/allocate-cost.js';
import { assessCustomerBenefit } from '../commands/assess-benefit.js';
import { publishValuePolicy } from '../commands/publish-value-policy.js';
import { sensitivityOf } from '../domain/benefit-sensitivity.js';
import { Benefit, BENEFIT_TERMS, benefitOf, CustomerBenefitAssessed, type BenefitTerms } from '../domain/benefits.js';
import { WEEKS_IN_MONTH } from '../domain/buyers.js';
import { Cost, CostAllocated } from '../domain/costs.js';
import { tiersOf, valueClassOf } from '../domain/value.js';
import { STARTING_VALUE_RULES, ValuePolicy, ValuePolicyPublished, type ValueRules } from '../domain/value-policy.js';
import { findingsOf, inputsOf } from '../testing/analysing.js';
import { bought, history, publishedPolicies } from '../testing/purchases.js';
import { benefitSensitivity } from './benefit-sensitivity.analysis.js';
import { customerBenefit } from './customer-benefit.analysis.js';
import { customerValue } from './customer-value.analysis.js';
import { profitability } from './profitability.analysis.js';
import { pyramid } from './pyramid.analysis.js';
import { relationshipHealth } from './relationship-health.analysis.js';
import { tierMigration } from './tier-migration.analysis.js';
import { valueClasses } from './value-classes.analysis.js';

const now = '2026-06-30T23:59:59.999Z';
const rules: ValueRules = { ...STARTING_VALUE_RULES, currency: 'USD', margin: 0.5, costPerPurchase: 10, costPerMonth: 5, discountRate: 0.12, horizonMonths: 12, tiers: [{ name: 'top', share: 0.5 }, { name: 'rest', share: 0.5 }] };
const policy: [string, NewEvent] = ['1970-01-01', event(ValuePolicyPublished, { version: 1, effectiveFrom: '1970-01-01T00:00:00.000Z', rules })];
const bgNbd = { r: 0.5, alpha: 6, a: 0.8, b: 2.5 };
const gammaGamma = { p: 6, q: 4, gamma: 1_500 };
const models: [string, NewEvent][] = [
  ['2026-06-01', event(ModelTrained, { modelId: 'b', version: 1, method: 'bg_nbd', data: { currency: 'USD' }, parameters: bgNbd })], ['2026-06-01', event(ModelPromoted, { modelId: 'b', version: 1 })],
  ['2026-06-01', event(ModelTrained, { modelId: 'g', version: 1, method: 'gamma_gamma', data: { currency: 'USD' }, parameters: gammaGamma })], ['2026-06-01', event(ModelPromoted, { modelId: 'g', version: 1 })],
];
const cost = (costId: string, customerId: string, kind: 'direct' | 'service' | 'campaign' | 'overhead', amount: number, product?: string) =>
  event(CostAllocated, { costId, customerId, kind, amount: { amount, currency: 'USD' }, basis: 'hours', ...(product !== undefined && { product }) });

describe('The value policy', () => {
  it('has tiers for everybody, each once', () => {
    const command = { valuepolicyId: 'default', rules, effectiveFrom: '1970-01-01T00:00:00.000Z' };
    expect(given(ValuePolicy, []).when(publishValuePolicy, command).events[0]!.data).toMatchObject({ version: 1, rules });
    given(ValuePolicy, []).when(publishValuePolicy, { ...command, rules: { ...rules, tiers: [{ name: 'top', share: 0.5 }, { name: 'rest', share: 0.4 }] } }).thenRejected('tiers-not-everybody');
    given(ValuePolicy, []).when(publishValuePolicy, { ...command, rules: { ...rules, tiers: [{ name: 'top', share: 0.5 }, { name: 'top', share: 0.5 }] } }).thenRejected('tier-named-twice');
  });
});

describe('The value of a customer', () => {
  const purchases = [['2026-01-01', bought('c1', 'p1', 1_000)], ['2026-02-01', bought('c1', 'p2', 3_000)], ['2026-05-01', bought('c2', 'p3', 400)]] as const;

  it('is what it brought, less its costs, and the discounted expectation of what it will bring', async () => {
    const events = history(...publishedPolicies, policy, ...purchases, ['2026-03-01', cost('k1', 'c1', 'service', 300)], ...models);
    const { rows, summary } = await findingsOf(customerValue, events, now);
    const [first] = rows as { historical: number; current: number; activation: number; referral: null; probabilityAlive: number }[];
    expect(first!.historical).toBe(4_000 * 0.5 - 2 * 10 - 300);
    // By the formula, summed here in another way: weeks are not days, and a month has 4.345 of them.
    const [buying, weeks] = [{ repeats: 1, recency: 31 / 7, age: 180 / 7 }, (month: number) => month * 4.345238095238095];
    const spend = (6 * (1_500 + 3_000)) / (6 + 4 - 1);
    const present = Array.from({ length: 12 }, (_, month) => {
      const purchased = expectedPurchases(bgNbd, buying, weeks(month + 1)) - (month === 0 ? 0 : expectedPurchases(bgNbd, buying, weeks(month)));
      return (purchased * (spend * 0.5 - 10) - 5 * first!.probabilityAlive) * 1.12 ** (-(month + 1) / 12);
    }).reduce((sum, each) => sum + each, 0);
    expect(first!.current).toBeCloseTo(present, 6);
    expect(WEEKS_IN_MONTH).toBeCloseTo(4.345, 3);
    expect(first!.activation).toBeCloseTo((first!.current / first!.probabilityAlive - first!.current) * rules.activationRate, 9);
    expect(first!.referral).toBeNull();
    expect(summary).toMatchObject({ policyVersion: 1, buyers: 2, models: { bg_nbd: 'b/1', gamma_gamma: 'g/1' }, crossSell: null });
  });

  it('is null with a reason where no model tells, and is never a silent zero', async () => {
    const { rows, summary, notes } = await findingsOf(customerValue, history(...publishedPolicies, ...purchases), now);
    expect(rows[0]).toMatchObject({ current: null, activation: null, crossSell: null, value: null });
    expect(summary).toMatchObject({ policyVersion: 0, current: null });
    expect(notes.join(' ')).toMatch(/No value policy is published.*No model bg_nbd.*No referral is recorded.*No purchase in [A-Z]+ says which products/);
  });

  it('has potential in the products that others buy', async () => {
    const withItems = (purchaseId: string, customerId: string, product: string, amount: number) => event(PurchaseRecorded, { purchaseId, customerId, amount: { amount, currency: 'USD' }, items: [{ product, quantity: 1 }] });
    const { rows } = await findingsOf(customerValue, history(...publishedPolicies, policy, ['2026-01-01', withItems('p1', 'c1', 'tea', 100)], ['2026-01-02', withItems('p2', 'c2', 'rice', 300)]), now);
    expect(rows.map(({ crossSell }) => crossSell)).toEqual([(300 / 2) * 0.5 * 0.05, (100 / 2) * 0.5 * 0.05]);
  });
});

describe('The pyramid', () => {
  it('gives each tier its share, equal values by their ids, and measures concentration', async () => {
    expect(Object.fromEntries(tiersOf(['d', 'b', 'a', 'c'].map((customerId) => ({ customerId, value: 5 })), rules.tiers))).toEqual({ a: 'top', b: 'top', c: 'rest', d: 'rest' });
    const events = history(...publishedPolicies, policy, ['2026-01-01', bought('a', 'p1', 100)], ['2026-01-01', bought('b', 'p2', 100)], ['2026-01-01', bought('c', 'p3', 1_000)], ['2026-01-01', bought('d', 'p4', 0)]);
    const { rows, summary } = await findingsOf(pyramid, events, now);
    expect(rows.map(({ customerId, tier }) => [customerId, tier])).toEqual([['a', 'top'], ['b', 'rest'], ['c', 'top'], ['d', 'rest']]);
    expect(summary['gini']).toBeCloseTo((2 * (1 * 0 + 2 * 100 + 3 * 100 + 4 * 1_000)) / (4 * 1_200) - 5 / 4, 12);
    expect((await findingsOf(pyramid, history(...publishedPolicies), now)).notes.join(' ')).toMatch('Nobody brought any revenue');
  });

  it('tells who moved between tiers', async () => {
    const before = history(...publishedPolicies, policy, ['2026-01-01', bought('a', 'p1', 900)], ['2026-01-01', bought('b', 'p2', 100)]);
    const after = [...before, recorded(bought('b', 'p3', 9_000), { position: 50, occurredAt: '2026-02-01T10:00:00.000Z' }), recorded(bought('c', 'p4', 100), { position: 51, occurredAt: '2026-02-01T10:00:00.000Z' })];
    const asked = tierMigration as unknown as AnyAnalysis;
    const found = asked.compute((await inputsOf(asked, after, now, before, '2026-01-31T23:59:59.999Z')) as never, { now, from: '2026-01-31T23:59:59.999Z', parameters: {} });
    expect((found.rows as unknown as { from: string; to: string; customers: number }[]).map(({ from, to, customers }) => [from, to, customers])).toEqual([['none', 'rest', 1], ['rest', 'top', 1], ['top', 'top', 1]]);
  });
});

describe('Value classes', () => {
  it('have a reason for each case', () => {
    const of = (present: number, former: number) => Object.values(valueClassOf({ present, former }, rules, 100)).join(': ');
    expect([of(-1, 50), of(0, 50), of(200, 100), of(40, 100), of(10, 0), of(150, 140), of(50, 60), of(0, 0)]).toEqual([
      'problem: costs more than it brings', 'problem: brought profit before and brings none', 'value-changing: profit rises', 'value-changing: profit falls', 'value-changing: brought nothing before',
      'value: profit above the mean, and steady', 'ordinary: profit at or below the mean, and steady', 'ordinary: no profit now or before',
    ]);
  });

  it('compare the profit of two windows', async () => {
    const events = history(...publishedPolicies, policy, ['2025-09-01', bought('a', 'p1', 1_000)], ['2026-05-01', bought('a', 'p2', 100)], ['2026-05-01', bought('b', 'p3', 100)], ['2026-05-02', cost('k', 'b', 'service', 500)]);
    const { rows } = await findingsOf(valueClasses, events, now);
    expect(rows.map(({ customerId, valueClass, profit, profitBefore }) => [customerId, valueClass, profit, profitBefore])).toEqual([['a', 'value-changing', 40, 490], ['b', 'problem', -460, 0]]);
  });
});

describe('Profitability', () => {
  it('is marginal, total and net, by customer and product', async () => {
    given(Cost, []).when(allocateCost, { costId: 'k', customerId: 'c1', kind: 'direct', amount: { amount: -1, currency: 'USD' }, basis: 'x' }).thenRejected('cost-below-zero');
    const items = [{ product: 'tea', quantity: 1, amount: { amount: 600, currency: 'USD' } }, { product: 'rice', quantity: 1, amount: { amount: 400, currency: 'USD' } }];
    const events = history(...publishedPolicies, policy, ['2026-01-01', event(PurchaseRecorded, { purchaseId: 'p', customerId: 'c1', amount: { amount: 1_000, currency: 'USD' }, items })],
      ['2026-01-02', cost('k1', 'c1', 'direct', 450, 'tea')], ['2026-01-02', cost('k2', 'c1', 'service', 50, 'tea')], ['2026-01-02', cost('k3', 'c1', 'overhead', 30)]);
    const { rows, summary } = await findingsOf(profitability, events, now);
    expect(rows.map(({ product, revenue, marginalProfit, totalProfit, netProfit }) => [product, revenue, marginalProfit, totalProfit, netProfit])).toEqual([
      ['rice', 400, 200, 200, 200], ['tea', 600, 150, 100, 100], [null, 0, 0, 0, -30],
    ]);
    expect(summary).toMatchObject({ revenue: 1_000, marginalProfit: 350, totalProfit: 300, netProfit: 270 });
  });

  it('is of what was kept: products that went back, or that were named by mistake, bring nothing', async () => {
    const [USD, facts] = [(amount: number) => ({ amount, currency: 'USD' }), { customerId: 'c1', purchasedAt: '2026-01-01T10:00:00.000Z', amount: { amount: 1_000, currency: 'USD' } }];
    const items = [{ product: 'tea', quantity: 2, amount: USD(600) }, { product: 'rice', quantity: 1, amount: USD(400) }];
    const made = event(PurchaseRecorded, { purchaseId: 'p', customerId: 'c1', amount: USD(1_000), items });
    const revenues = async (...more: (readonly [string, NewEvent])[]): Promise<Record<string, unknown>> =>
      Object.fromEntries((await findingsOf(profitability, history(...publishedPolicies, policy, ['2026-01-01', made], ...more), now)).rows.map(({ product, revenue }) => [String(product), revenue]));
    const back = (amount: number, product: string, whole = false) => event(PurchaseReturned, { purchaseId: 'p', customerId: 'c1', purchasedAt: facts.purchasedAt, amount: USD(amount), quantity: 1, items: [{ product, quantity: 1 }], whole });
    expect(await revenues(['2026-01-05', back(300, 'tea')])).toEqual({ tea: 300, rice: 400 });
    expect(await revenues(['2026-01-05', back(390, 'rice')])).toEqual({ tea: 600, null: 10 });
    const corrected = event(PurchaseCorrected, { purchaseId: 'p', customerId: 'c1', from: { ...facts, items }, to: { ...facts, items: [{ product: 'cup', quantity: 1 }] }, returned: USD(0), reason: 'Typed wrong' });
    expect(await revenues(['2026-01-05', corrected])).toEqual({ cup: 1_000 });
  });
});

describe('The health of relationships', () => {
  it('has a side of behaviour and one of feeling', async () => {
    const talked = (interactionId: string, customerId: string, sentiment?: -2 | -1 | 0 | 1 | 2) => event(InteractionRecorded, { interactionId, customerId, channel: 'phone', direction: 'inbound', summary: 'x', ...(sentiment !== undefined && { sentiment }) });
    const events = history(...publishedPolicies,
      ['2026-05-01', bought('deficient', 'p1', 1)], ['2025-01-01', talked('i1', 'cooling', 2)], ['2026-06-01', talked('i2', 'cooling', 1)], ['2026-06-01', talked('i3', 'cold', -2)], ['2026-06-01', talked('i4', 'good', 1)],
      ['2025-01-01', bought('silent', 'p2', 1)], ['2026-06-01', event(RelationshipSentimentRecorded, { relationshipId: 'r', customerId: 'felt', sentiment: 2 })], ['2026-06-01', event(CustomerRegistered, { customerId: 'new', kind: 'person', name: 'Ada', status: 'prospect' })]);
    const { rows, summary } = await findingsOf(relationshipHealth, events, now);
    expect(Object.fromEntries(rows.map(({ customerId, health, deficient }) => [customerId, [health, deficient]]))).toEqual({
      deficient: ['unknown', 'feeling'], cooling: ['cooling', null], cold: ['cold', null], good: ['good', null], silent: ['silent', 'feeling'], felt: ['unknown', 'behaviour'], new: ['unknown', null],
    });
    expect(summary).toMatchObject({ customers: 7, deficient: 3 });
  });

  it('is felt by those whose talk it was, as it is known to have been', async () => {
    const said = { interactionId: 'i', channel: 'phone' as const, direction: 'inbound' as const };
    const made = event(InteractionRecorded, { ...said, customerId: 'a', summary: 'x', sentiment: -2 });
    const facts = { channel: 'phone' as const, direction: 'inbound' as const, heldAt: '2026-06-01T10:00:00.000Z', sentiment: -2 as const };
    const corrected = event(InteractionCorrected, { interactionId: 'i', customerId: 'a', fields: ['sentiment'], former: facts, facts: { ...facts, sentiment: 2 }, formerSummary: 'x', summary: 'x', reason: 'Heard wrong' });
    const attributed = event(InteractionAttributed, { interactionId: 'i', customerId: 'b', formerCustomerId: 'a', facts, summary: 'x', reason: 'Mixed up' });
    const felt = async (...more: NewEvent[]) => (await findingsOf(relationshipHealth, history(['2026-06-01', made], ...more.map((each) => ['2026-06-02', each] as const)), now)).rows.map(({ customerId, recentSentiment, recentMeetings }) => [customerId, recentSentiment, recentMeetings]);
    expect(await felt()).toEqual([['a', -2, 1]]);
    expect(await felt(corrected)).toEqual([['a', 2, 1]]);
    expect(await felt(attributed)).toEqual([['a', null, 0], ['b', -2, 1]]);
  });
});

describe('The benefit of customers', () => {
  const terms = (u: number, c: number) => ({ u: { value: u, source: 'survey' }, b: { value: 2, source: 'survey' }, r: { value: 1, source: 'interview' }, c: { value: c, source: 'price list' }, t: { value: 1, source: 'estimate' } });
  const assessed = (benefitId: string, u: number, c: number, competitor?: string) => event(CustomerBenefitAssessed, { benefitId, customerId: 'c1', product: 'tea', terms: terms(u, c), ...(competitor !== undefined && { competitor }) });

  it('is u + b + r − c − t, each with its source, and is compared with the best competitor', async () => {
    given(Benefit, []).when(assessCustomerBenefit, { benefitId: 'a', customerId: 'c1', product: 'tea', terms: terms(5, 3) }).then([assessed('a', 5, 3)]);
    given(Benefit, [assessed('a', 5, 3)]).when(assessCustomerBenefit, { benefitId: 'a', customerId: 'c1', product: 'tea', terms: terms(5, 3) }).thenRejected('benefit-already-assessed');
    const { rows, summary } = await findingsOf(customerBenefit, history(['2026-01-01', assessed('a', 9, 3)], ['2026-02-01', assessed('b', 5, 3)], ['2026-02-01', assessed('x', 6, 1, 'Other')], ['2026-02-01', assessed('y', 2, 1, 'Third')]), now);
    expect(rows.map(({ competitor, benefit, advance, decisive }) => [competitor, benefit, advance, decisive])).toEqual([[null, 4, -3, 'c'], ['Other', 7, null, null], ['Third', 3, null, null]]);
    expect(rows[0]!['sources']).toEqual({ u: 'survey', b: 'survey', r: 'interview', c: 'price list', t: 'estimate' });
    expect(summary).toEqual({ assessed: 3, compared: 1, behind: 1 });
  });

  it('is told how much each term matters, and how far it has to move to turn the decision', async () => {
    const scored = (benefitId: string, product: string, values: readonly number[], competitor?: string) => event(CustomerBenefitAssessed, {
      benefitId, customerId: 'c1', product, terms: Object.fromEntries(BENEFIT_TERMS.map((term, index) => [term, { value: values[index]!, source: 'survey' }])) as unknown as BenefitTerms, ...(competitor !== undefined && { competitor }),
    });
    const events = history(['2026-02-01', scored('a', 'oolong', [80, 55, 40, 60, 15])], ['2026-02-01', scored('x', 'oolong', [75, 60, 10, 50, 25], 'Rival')], ['2026-02-01', scored('b', 'pot', [5, 0, 1, 10, 0])]);
    const { rows, summary } = await findingsOf(benefitSensitivity, events, now);
    const told = rows.map((row) => [row['product'], row['competitor'], row['term'], row['value'], row['benefit'], row['advance'], row['perUnit'], row['perTenPercent'], row['rank'], row['benefitFlipsBy'], row['advanceFlipsBy']]);
    expect(told).toEqual([
      ['oolong', null, 'u', 80, 100, 30, 1, 8, 1, null, -30], ['oolong', null, 'b', 55, 100, 30, 1, 5.5, 3, null, -30], ['oolong', null, 'r', 40, 100, 30, 1, 4, 4, null, -30],
      ['oolong', null, 'c', 60, 100, 30, -1, -6, 2, 100, 30], ['oolong', null, 't', 15, 100, 30, -1, -1.5, 5, 100, 30],
      ['oolong', 'Rival', 'u', 75, 70, null, 1, 7.5, 1, -70, null], ['oolong', 'Rival', 'b', 60, 70, null, 1, 6, 2, null, null], ['oolong', 'Rival', 'r', 10, 70, null, 1, 1, 5, null, null],
      ['oolong', 'Rival', 'c', 50, 70, null, -1, -5, 3, 70, null], ['oolong', 'Rival', 't', 25, 70, null, -1, -2.5, 4, 70, null],
      ['pot', null, 'u', 5, -4, null, 1, 0.5, 2, 4, null], ['pot', null, 'b', 0, -4, null, 1, 0, 4, 4, null], ['pot', null, 'r', 1, -4, null, 1, 0.1, 3, 4, null],
      ['pot', null, 'c', 10, -4, null, -1, -1, 1, -4, null], ['pot', null, 't', 0, -4, null, -1, 0, 4, null, null],
    ]);
    expect(summary).toEqual({ assessed: 3, compared: 1 });
  });

  it('turns just where the sensitivity says', () => {
    const first = { ...terms(9, 3), t: { value: 4, source: 'estimate' } };
    for (const { term, benefitFlipsBy, advanceFlipsBy } of sensitivityOf(first, benefitOf(first), 2)) {
      const moved = (by: number) => benefitOf({ ...first, [term]: { value: first[term].value + by, source: 'survey' } });
      if (benefitFlipsBy !== null) expect([term, moved(benefitFlipsBy)]).toEqual([term, 0]);
      if (advanceFlipsBy !== null) expect([term, moved(advanceFlipsBy)]).toEqual([term, benefitOf(first) - 2]);
    }
  });
});
