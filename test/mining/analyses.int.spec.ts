import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { Engine, withdraw, type AnalysisAnswer } from '#event-sourcing';
import { contexts, publishDefaultPolicies } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';

const CUT = '2025-06-30T23:59:59.999Z';
const NOW = '2025-12-31T23:59:59.999Z';
const DAY_MS = 86_400_000;

let engine: Engine;

async function send(name: string, fields: object): Promise<void> {
  await engine.commands.execute(plainToInstance(engine.commands.byName(name)!.command as new () => object, fields));
}

const buy = (purchaseId: string, customerId: string, day: string, products: readonly string[], amount = 1000, currency = 'EUR') =>
  send('RecordPurchase', { purchaseId, customerId, amount: { amount, currency }, items: products.map((product) => ({ product, quantity: 1 })), occurredAt: `${day}T12:00:00.000Z` });

const ask = async (name: string, question: object = {}): Promise<AnalysisAnswer> => (await engine.analyses.answer(name, question)).value;

const dayAfter = (day: string, days: number): string => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

beforeAll(async () => {
  engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore() });
  await engine.start();
  await publishDefaultPolicies(engine);
}, 60_000);
afterAll(() => engine.stop());

describe('before anybody bought anything, every analysis says so', () => {
  it.each(['association_rules', 'next_offers', 'product_loyalty', 'product_switching', 'behaviour_groups', 'customer_report'])('%s', async (name) => {
    const { rows, notes } = await ask(name);
    expect([rows, notes.length > 0]).toEqual([[], true]);
  });

  it('churn_risk', async () => {
    expect(await ask('churn_risk', { moment: { asOf: NOW }, from: { asOf: CUT } })).toMatchObject({ rows: [], notes: ['There is no model: nobody had bought anything at the earlier moment.'] });
  });
});

describe('with customers who buy', () => {
  beforeAll(async () => {
    // Half of them buy every month to the end; the others every month and no more after May.
    for (let n = 0; n < 24; n++) {
      const customerId = `c${String(n).padStart(2, '0')}`;
      const months = n % 2 === 0 ? 12 : 5;
      for (let month = 0; month < months; month++) await buy(`${customerId}-${month}`, customerId, dayAfter('2025-01-03', 30 * month + (n % 7)), month % 2 === 0 ? ['tea', 'cup'] : ['tea'], 500 + 100 * n);
    }
    await buy('x-1', 'x', '2025-12-20', ['tea'], 900, 'USD');
  }, 60_000);

  it('the next offer names its rule and the events that it rests on; without these there is none', async () => {
    const asked = { parameters: { lift: '0.9' } };
    const { rows } = await ask('next_offers', asked);
    expect(rows).toMatchObject([{ customerId: 'x', rank: 1, offer: 'cup', rule: 'tea → cup', confidence: expect.any(Number), lift: expect.any(Number) }]);
    const [event] = await engine.events.readAt([await engine.events.head()]);
    expect(rows[0]!['events']).toEqual([event!.id]);
    const { value } = await engine.analyses.explain('next_offers', 'x', asked);
    expect(value!.factors).toEqual([{ factor: 'offer', value: 'cup', without: null, events: [event!.id] }]);
    await withdraw(engine.aggregates, engine.aggregate('purchase')!, 'x-1', { revisions: [0], reason: 'A mistake' }, {});
    expect((await ask('next_offers', asked)).rows).toEqual([]);
  });

  it('rules count what is bought together, as of any moment', async () => {
    const { rows, summary } = await ask('association_rules', { parameters: { confidence: '0.9' } });
    expect(rows).toMatchObject([{ rule: 'cup → tea', confidence: 1, lift: 1 }]);
    expect((await ask('association_rules', { moment: { asOf: '2025-01-31' } })).summary['baskets']).toBeLessThan(summary['baskets'] as number);
  });

  it('loyalty to products and switching between them add up', async () => {
    expect((await ask('product_loyalty')).rows).toMatchObject([{ product: 'tea', buyers: 24, repeatRate: 1, stays: 1 }, { product: 'cup', buyers: 24, stays: 0 }]);
    const { rows } = await ask('product_switching');
    const shares = rows.filter(({ from }) => from === 'tea').map(({ share }) => share as number);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('churn is learnt from what was known at the cut and told with reasons that add up', async () => {
    const { rows, summary } = await ask('churn_risk', { moment: { asOf: NOW }, from: { asOf: CUT } });
    const { intercept, crossValidated, customers, churned } = summary as { intercept: number; crossValidated: { areaUnderCurve: number; calibration: unknown[] }; customers: number; churned: number };
    expect([customers, churned]).toEqual([24, 12]);
    expect(crossValidated.areaUnderCurve).toBeGreaterThan(0.9);
    const gone = rows.find(({ customerId }) => customerId === 'c01')!;
    const here = rows.find(({ customerId }) => customerId === 'c00')!;
    expect(gone['probability'] as number).toBeGreaterThan(0.5);
    expect(here['probability'] as number).toBeLessThan(gone['probability'] as number);
    const { value } = await engine.analyses.explain('churn_risk', 'c01', { moment: { asOf: NOW }, from: { asOf: CUT } });
    const [probability, ...reasons] = value!.factors as readonly { value: number }[];
    const logit = intercept + reasons.reduce((sum, reason) => sum + reason.value, 0);
    expect(1 / (1 + Math.exp(-logit))).toBeCloseTo(probability!.value, 10);
  });

  it('what happens after the cut changes no feature of it: a purchase, a return, a correction', async () => {
    const before = await ask('churn_risk', { moment: { asOf: NOW }, from: { asOf: CUT } });
    const means = ({ summary }: AnalysisAnswer) => (summary['coefficients'] as { feature: string; mean: number; deviation: number }[]).map(({ feature, mean, deviation }) => [feature, mean, deviation]);
    await buy('late', 'c00', '2025-12-30', ['tea'], 999_999);
    await send('ReturnPurchase', { purchaseId: 'c02-0', occurredAt: '2025-11-01T12:00:00.000Z' });
    await send('CorrectPurchase', { purchaseId: 'c04-1', amount: { amount: 1, currency: 'EUR' }, reason: 'Typed wrong', occurredAt: '2025-11-02T12:00:00.000Z' });
    expect(means(await ask('churn_risk', { moment: { asOf: NOW }, from: { asOf: CUT } }))).toEqual(means(before));
  });

  it('groups are the same for the same seed and name their method; more groups than ways to behave are refused in words', async () => {
    const first = await ask('behaviour_groups', { moment: { asOf: NOW }, parameters: { groups: '2', seed: '5' } });
    expect(first).toEqual(await ask('behaviour_groups', { moment: { asOf: NOW }, parameters: { groups: '2', seed: '5' } }));
    expect(first.summary).toMatchObject({ method: expect.stringContaining('k-means'), version: 1, seed: 5, groups: [{ group: 1 }, { group: 2 }] });
    expect((await ask('behaviour_groups', { moment: { asOf: '2025-01-03' }, parameters: { groups: '20' } })).notes).toEqual([expect.stringContaining('fewer than the 20 groups')]);
  });

  it('the figures of the report count everybody once', async () => {
    const { summary } = await ask('customer_report', { moment: { asOf: NOW } });
    const { flow, cohorts, lorenz, rfm } = summary as { flow: { customers: number }[]; cohorts: { customers: number; shares: number[] }[]; lorenz: { gini: number; points: number[][] }; rfm: { customers: number }[] };
    for (const part of [flow, cohorts, rfm]) expect(part.reduce((sum, { customers }) => sum + customers, 0)).toBe(24);
    expect(cohorts[0]).toMatchObject({ shares: expect.arrayContaining([1]) });
    expect([lorenz.points[0], lorenz.points.at(-1)]).toEqual([[0, 0], [1, 1]]);
    expect(lorenz.gini).toBeGreaterThan(0);
  });
});
