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
  it.each(['association_rules', 'next_offers', 'product_loyalty', 'product_switching', 'behaviour_groups', 'profile_analysis', 'prospecting', 'promotion_analysis', 'interaction_policy_for', 'forecast_mix', 'usage', 'background', 'satisfaction'])('%s', async (name) => {
    const { rows, notes } = await ask(name);
    expect([rows, notes.length > 0]).toEqual([[], true]);
  });

  it('churn_risk', async () => {
    expect(await ask('churn_risk', { moment: { asOf: NOW }, from: { asOf: CUT } })).toMatchObject({ rows: [], notes: ['There is no model: nobody had bought anything at the earlier moment.'] });
  });
});

describe('with customers who buy', () => {
  beforeAll(async () => {
    const ever = { effectiveFrom: '1970-01-01T00:00:00.000Z', occurredAt: '1970-01-01T00:00:00.000Z' };
    await send('PublishLoyaltyPolicy', { loyaltypolicyId: 'default', rules: { currency: 'EUR', scores: 5, frequency: 'purchaseDays', method: 'quantiles' }, ...ever });
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
    expect(value!.factors.filter(({ factor }) => factor === 'offer')).toEqual([{ factor: 'offer', of: { rank: 1 }, value: 'cup', without: null, events: [event!.id] }]);
    expect(value!.by).toMatchObject({ rules: [{ offer: 'cup', rule: 'tea → cup', boughtIn: ['x-1'] }] });
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
    const { contributions } = value!.by as { contributions: { contribution: number }[] };
    const logit = intercept + contributions.reduce((sum, { contribution }) => sum + contribution, 0);
    expect(1 / (1 + Math.exp(-logit))).toBeCloseTo(gone['probability'] as number, 10);
    expect(value!.factors.filter(({ factor }) => factor === 'probability')).toHaveLength(5);
    expect(value!.factors.find(({ factor }) => factor === 'probability')).toMatchObject({ value: gone['probability'], without: expect.any(Number) });
  });

  it('churn is scored by the version on record that was promoted, too', async () => {
    const question = { moment: { asOf: NOW }, from: { asOf: CUT } };
    const promoted = { ...question, parameters: { model: 'promoted' } };
    expect(await ask('churn_risk', promoted)).toMatchObject({ rows: [], notes: [expect.stringContaining('no model of churn for EUR was promoted by then')] });
    const { rows, summary } = await ask('churn_risk', question);
    const fitted = summary as { intercept: number; coefficients: { feature: string; coefficient: number; mean: number; deviation: number }[] };
    const parameters = Object.fromEntries(fitted.coefficients.flatMap(({ feature, coefficient, mean, deviation }) => [[feature, coefficient], [`${feature}.mean`, mean], [`${feature}.deviation`, deviation]]));
    const occurredAt = '2025-12-01T00:00:00.000Z';
    await send('RegisterModel', { modelId: 'churn-EUR', method: 'logistic_ridge', summary: 'Churn', occurredAt });
    await send('RecordModelTraining', { modelId: 'churn-EUR', data: { currency: 'EUR', horizonDays: 184 }, parameters: { intercept: fitted.intercept, ...parameters }, occurredAt });
    await send('PromoteModel', { modelId: 'churn-EUR', version: 1, occurredAt });
    const scored = await ask('churn_risk', promoted);
    expect([scored.summary, scored.rows]).toMatchObject([{ model: 'churn-EUR/1', horizonDays: 184 }, rows]);
    const { value } = await engine.analyses.explain('churn_risk', 'c01', promoted);
    expect(value!.by).toMatchObject({ model: 'churn-EUR/1', event: expect.any(String) });
  });

  it('what happens after the cut changes no feature of it: a purchase, a return, a correction', async () => {
    const before = await ask('churn_risk', { moment: { asOf: NOW }, from: { asOf: CUT } });
    const means = ({ summary }: AnalysisAnswer) => (summary['coefficients'] as { feature: string; mean: number; deviation: number }[]).map(({ feature, mean, deviation }) => [feature, mean, deviation]);
    await buy('late', 'c00', '2025-12-30', ['tea'], 999_999);
    await send('ReturnPurchase', { purchaseId: 'c02-0', occurredAt: '2025-11-01T12:00:00.000Z' });
    await send('CorrectPurchase', { purchaseId: 'c04-1', amount: { amount: 1, currency: 'EUR' }, reason: 'Typed wrong', occurredAt: '2025-11-02T12:00:00.000Z' });
    expect(means(await ask('churn_risk', { moment: { asOf: NOW }, from: { asOf: CUT } }))).toEqual(means(before));
  });

  it('two moments are compared in their order, or not at all', async () => {
    await expect(ask('stage_transitions', { moment: { asOf: CUT }, from: { asOf: NOW } })).rejects.toThrow(`stage_transitions compares ${CUT} with an earlier moment; ${NOW} is later.`);
    expect((await ask('stage_transitions', { moment: { asOf: NOW }, from: { asOf: NOW } })).summary).toMatchObject({ moved: 0 });
  });

  it('groups are the same for the same seed and name their method; more groups than ways to behave are refused in words', async () => {
    const first = await ask('behaviour_groups', { moment: { asOf: NOW }, parameters: { groups: '2', seed: '5' } });
    expect(first).toEqual(await ask('behaviour_groups', { moment: { asOf: NOW }, parameters: { groups: '2', seed: '5' } }));
    expect(first.summary).toMatchObject({ method: expect.stringContaining('k-means'), version: 1, seed: 5, groups: [{ group: 1 }, { group: 2 }] });
    expect((await ask('behaviour_groups', { moment: { asOf: '2025-01-03' }, parameters: { groups: '20' } })).notes).toEqual([expect.stringContaining('fewer than the 20 groups')]);
  });

  it('profiles count everybody, classes say what each is, and trends go on from what was', async () => {
    const moment = { asOf: NOW };
    const { rows: profiles } = await ask('profile_analysis', { moment });
    expect(profiles.reduce((sum, { customers }) => sum + (customers as number), 0)).toBe(24);
    expect((await ask('customers_by_class', { moment })).rows.find(({ customerId }) => customerId === 'c01')).toMatchObject({ leaving: true, overdueDays: 0, risk: 'medium', profitClass: 'none', valueClass: 'problem' });
    const { summary: steps } = await ask('igkg_funnel', { moment });
    expect(steps).toMatchObject({ identified: 24, acquired: 24, kept: 24 });
    const { rows: months } = await ask('prospecting', { moment });
    expect(months.filter(({ expected }) => !expected)).toHaveLength(12);
    expect(months.slice(-3)).toMatchObject([{ month: '2026-01', expected: true }, { month: '2026-02' }, { month: '2026-03' }]);
  });

  it('each customer has the first plan that fits, with what it is for and what it has to bring', async () => {
    const moment = { asOf: NOW };
    expect((await ask('campaign_plans', { moment })).notes).toEqual([expect.stringContaining('PublishCampaignPolicy')]);
    const plan = { offer: 'A letter', channels: ['letter'], costPerCustomer: 50 };
    const plans = [{ name: 'Win back', where: { risks: ['medium', 'high'] }, aim: 'activate', ...plan }, { name: 'Sell more', where: { stages: ['loyal'], profitClasses: ['profit'] }, aim: 'cross-sell', ...plan }];
    await send('PublishCampaignPolicy', { campaignpolicyId: 'default', rules: { plans }, effectiveFrom: '1970-01-01T00:00:00.000Z', occurredAt: '1970-01-01T00:00:00.000Z' });
    const { rows, summary } = await ask('campaign_plans', { moment, after: await engine.events.head() });
    const classes = new Map((await ask('customers_by_class', { moment })).rows.map((row) => [row['customerId'], row]));
    const values = new Map((await ask('customer_value', { moment })).rows.map((row) => [row['customerId'], row]));
    expect(new Set(rows.map((row) => row['plan']))).toEqual(new Set(['Win back', 'Sell more']));
    for (const { customerId, plan: name, stage, risk, atStake, cost, breakEven } of rows) {
      expect(classes.get(customerId)).toMatchObject({ stage, risk });
      expect(name).toBe(risk === 'low' ? 'Sell more' : 'Win back');
      expect(atStake).toBe(values.get(customerId)![name === 'Sell more' ? 'crossSell' : 'activation']);
      expect(breakEven).toBe((atStake as number) > 0 ? 50 / (atStake as number) : null);
      expect(cost).toBe(50);
    }
    expect(summary).toMatchObject({ policyVersion: 1, customers: rows.length, cost: 50 * rows.length, inNoPlan: classes.size - rows.length });
    expect((summary['plans'] as { customers: number }[]).reduce((sum, { customers }) => sum + customers, 0)).toBe(rows.length);
  });

  it('what customers use is counted by product, with what replaced it and how it is judged; who they are, by each attribute', async () => {
    await send('RegisterCustomer', { customerId: 'c00', kind: 'person', name: 'Ada' });
    await send('RegisterCustomer', { customerId: 'c01', kind: 'organisation', name: 'Firm' });
    for (const customerId of ['c00', 'c01']) await send('RecordProductInUse', { customerId, product: 'press', supplier: 'Rival' });
    await send('EndProductUse', { customerId: 'c01', product: 'press', replacedBy: 'cup' });
    await send('RecordProductEvaluation', { customerId: 'c00', product: 'press', rating: -1 });
    expect((await ask('usage')).rows).toEqual([{ product: 'press', users: 1, fromOthers: 1, ended: 1, replacedBy: 'cup', rated: 1, rating: -1 }]);
    expect((await ask('background', { after: await engine.events.head() })).rows.filter(({ attribute }) => attribute === 'kind')).toEqual([{ attribute: 'kind', value: 'organisation', customers: 1, share: 0.5 }, { attribute: 'kind', value: 'person', customers: 1, share: 0.5 }]);
  });

  it('the board has all seven sides, each with figures that the analyses behind it say, too', async () => {
    const { rows } = await ask('seven_p', { moment: { asOf: NOW } });
    expect([...new Set(rows.map(({ p }) => p))]).toEqual(['profiling', 'persistency', 'profitability', 'performance', 'prospecting', 'product', 'promotion']);
    const figure = (name: string) => rows.find((row) => row['figure'] === name)!['value'];
    expect(figure('repeat rate')).toBe(1);
    expect(figure('repeat rate')).toBe((await ask('persistency', { moment: { asOf: NOW } })).summary['repeatRate']);
    expect(figure('net profit')).toBe((await ask('profitability', { moment: { asOf: NOW } })).summary['netProfit']);
    expect(figure('return on investment')).toBeNull();
  });
});
