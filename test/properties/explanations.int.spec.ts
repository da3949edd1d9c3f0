import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine, type EventStore, type Factor, type RecordedEvent } from '#event-sourcing';
import { contexts, publishDefaultPolicies } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { asked, send, type Asked } from './life.js';

const NOW = new Date('2025-03-10T12:00:00.000Z');
const ASKED = [
  'value_classes', 'persistency', 'relationship_health', 'profitability', 'repeat_buying', 'loyalty_change', 'contribution', 'attention_vs_value', 'investment_vs_value', 'customers_by_class', 'value_class_migration', 'exit_cost',
  'pyramid', 'interaction_policy_for', 'customer_benefit', 'benefit_sensitivity', 'benefit_forecast', 'credit_risk', 'customer_value', 'expected_purchases', 'renewals', 'rfm', 'next_offers',
  'behaviour_groups', 'features', 'churn_risk', 'churn_risk/promoted', 'credit_risk/promoted', 'campaign_plans', 'tree_totals',
];
/** Where three customers would have nothing to say by the parameters that there are from the start. */
const PARAMETERS: Readonly<Record<string, object>> = { behaviour_groups: { groups: '2' }, 'churn_risk/promoted': { model: 'promoted' }, 'credit_risk/promoted': { model: 'promoted' }, next_offers: { confidence: '0.01', lift: '0', offers: '3' } };
const FROM = { asOf: '2024-08-01T00:00:00.000Z' };
const REPLAYS = 4;

type Row = Record<string, unknown>;

const customer = fc.constantFrom('c1', 'c2', 'c3');
const dayOf = (days: number) => new Date(Date.UTC(2024, 0, 1) + days * 86_400_000).toISOString();
const day = fc.integer({ min: 0, max: 400 });

/** A contract whose only instalment falls due and is paid, or is not. */
const contract = fc.tuple(customer, fc.nat(20), day, fc.option(fc.integer({ min: 0, max: 30 }))).map(([customerId, n, dueAfter, paidAfter]): Asked[] => {
  const [contractId, amount] = [`k${n}-${customerId}`, { amount: 100 + n, currency: 'EUR' }];
  return [
    ['DraftContract', { contractId, customerId, value: amount }], ['SignContract', { contractId, dueOn: dayOf(dueAfter).slice(0, 10) }], ['MarkInstalmentDue', { contractId, number: 1, occurredAt: dayOf(dueAfter) }],
    ...(paidAfter === null ? [] : [['ReceivePayment', { contractId, paymentId: `paid-${contractId}`, amount, occurredAt: dayOf(dueAfter + paidAfter) }] as const]),
  ];
});

const products = fc.subarray(['tea', 'cup', 'pot'], { minLength: 1 });
const bought = fc.tuple(customer, fc.nat(20), fc.integer({ min: 1, max: 999 }), day, products).map(([customerId, n, amount, after, named]): Asked =>
  ['RecordPurchase', { purchaseId: `q${n}-${customerId}`, customerId, amount: { amount, currency: 'EUR' }, items: named.map((product) => ({ product, quantity: 1 })), occurredAt: dayOf(after) }]);
const term = fc.nat(9).map((value) => ({ value, source: 'A survey' }));
const benefit = fc.tuple(customer, fc.nat(20), fc.option(fc.constant('Rival'), { nil: undefined }), fc.record({ u: term, b: term, r: term, c: term, t: term }), day).map(([customerId, n, competitor, terms, assessed]): Asked =>
  ['AssessCustomerBenefit', { benefitId: `b${n}-${customerId}`, customerId, product: 'press', ...(competitor !== undefined && { competitor }), terms, occurredAt: dayOf(assessed) }]);
const cost = fc.tuple(customer, fc.nat(20), day).map(([customerId, n, allocated]): Asked =>
  ['AllocateCost', { costId: `a${n}-${customerId}`, customerId, kind: 'service', amount: { amount: n, currency: 'EUR' }, basis: 'Hours', occurredAt: dayOf(allocated) }]);
const investment = fc.tuple(customer, fc.nat(20), day).map(([customerId, n, recorded]): Asked =>
  ['RecordRelationshipInvestment', { investmentId: `i${n}-${customerId}`, customerId, kind: 'gift', amount: { amount: n + 1, currency: 'EUR' }, occurredAt: dayOf(recorded) }]);

const binding = fc.tuple(customer, fc.nat(20), day).map(([customerId, n, added]): Asked =>
  ['AddBindingFactor', { bindingId: `l${n}-${customerId}`, customerId, kind: 'contract', cost: { amount: n, currency: 'EUR' }, source: 'The contract', occurredAt: dayOf(added) }]);

const ever = { effectiveFrom: '1970-01-01T00:00:00.000Z', occurredAt: '1970-01-01T00:00:00.000Z' };
const model = (modelId: string, method: string, parameters: object, data: object = {}): Asked[] => [
  ['RegisterModel', { modelId, method, summary: 'Buying', occurredAt: ever.occurredAt }],
  ['RecordModelTraining', { modelId, data: { currency: 'EUR', asOf: '2023-12-31T23:59:59.999Z', ...data }, parameters, occurredAt: ever.occurredAt }],
  ['PromoteModel', { modelId, version: 1, occurredAt: ever.occurredAt }],
];
const CHURN = ['recencyDays', 'tenureDays', 'purchaseDays', 'recentPurchaseDays', 'meanIntervalDays', 'overdue', 'spend', 'meanAmount'];
const CREDIT = ['due', 'lateShare', 'meanDaysBeyondTerms', 'longestDaysBeyondTerms', 'overdue', 'notices', 'brokenPromises'];
const risk = (features: readonly string[]) => ({ intercept: -1, ...Object.fromEntries(features.flatMap((feature, index) => [[feature, 0.5 - 0.1 * index], [`${feature}.mean`, 50], [`${feature}.deviation`, 100]])) });
const plans = [{ name: 'Win back', where: { risks: ['medium', 'high'] }, aim: 'activate', offer: 'A voucher', channels: ['phone'], costPerCustomer: 20 }, { name: 'Keep', where: {}, aim: 'keep', offer: 'A card', channels: ['e-mail'], costPerCustomer: 5 }];
const modes = ['top', 'large', 'medium', 'small'].map((tier, index) => ({ tier, channels: ['phone'], contactsPerYear: 8 - 2 * index, service: `As ${tier} ones` }));
/** Rules, and models on record that stay as they are, whatever is left out. */
const SETTING: readonly Asked[] = [
  ['PublishLoyaltyPolicy', { loyaltypolicyId: 'default', rules: { currency: 'EUR', scores: 5, frequency: 'purchaseDays', method: 'quantiles' }, effectiveFrom: ever.effectiveFrom }],
  ['DefineInteractionPolicy', { interactionpolicyId: 'default', rules: { modes }, ...ever }],
  ['PublishCampaignPolicy', { campaignpolicyId: 'default', rules: { plans }, ...ever }],
  ...model('bg_nbd-EUR', 'bg_nbd', { r: 0.24, alpha: 4.41, a: 0.79, b: 2.43 }), ...model('churn-EUR', 'logistic_ridge', risk(CHURN)), ...model('credit', 'logistic_ridge', risk(CREDIT)), ...model('gamma_gamma-EUR', 'gamma_gamma', { p: 6.25, q: 3.74, gamma: 15.44 }),
  ...model('bg_bb-quarter-EUR', 'bg_bb', { alpha: 1.2, beta: 0.75, gamma: 0.66, delta: 2.78 }, { period: 'quarter' }),
  ...['c1', 'c2', 'c3'].map((customerId): Asked => ['RegisterCustomer', { customerId, kind: 'person', name: `The ${customerId}` }]),
];

/** The store as if some events had never been recorded. */
function without(events: EventStore, hidden: ReadonlySet<string>): EventStore {
  const left = (all: readonly RecordedEvent[]) => all.filter(({ id }) => !hidden.has(id));
  const pages = async function* <Page extends { events: readonly RecordedEvent[] }>(source: AsyncIterable<Page>) {
    for await (const page of source) yield { ...page, events: left(page.events) };
  };
  return {
    append: (...given) => events.append(...given), head: () => events.head(), close: () => Promise.resolve(),
    readStream: async function* (...given) {
      for await (const page of events.readStream(...given)) yield left(page);
    },
    readAll: (options) => pages(events.readAll(options)), subscribe: (options) => pages(events.subscribe(options)),
    readAt: async (positions) => left(await events.readAt(positions)),
  };
}

async function engineOn(events: EventStore): Promise<Engine> {
  const engine = new Engine({ contexts, events, documents: new MemoryDocumentStore(), clock: { now: () => NOW } });
  await engine.start();
  for (const name of engine.projector.names()) await engine.projector.reaches(name, await events.head(), 10_000);
  return engine;
}

const nameOf = (asked: string) => asked.split('/')[0]!;
const questionTo = (engine: Engine, asked: string) => ({ parameters: { ...PARAMETERS[asked] }, ...(engine.analyses.get(nameOf(asked)).compares && { from: FROM }) });

/** What its rows say of a customer. */
async function rowsOf(engine: Engine, name: string, key: string): Promise<Row[]> {
  const { rows } = (await engine.analyses.answer(nameOf(name), questionTo(engine, name))).value;
  return rows.filter((row) => row['customerId'] === key);
}

const valueIn = (rows: readonly Row[], of: object, column: string) =>
  rows.find((row) => Object.entries(of).every(([name, value]) => row[name] === value))?.[column] ?? null;

async function lived(commands: readonly Asked[]): Promise<EventStore> {
  const events = new MemoryEventStore();
  const engine = await engineOn(events);
  await publishDefaultPolicies(engine);
  for (const command of [...SETTING, ...commands]) await send(engine, command);
  await engine.stop();
  return events;
}

/** The events of each stream that tell of the customer, but those that change what others mean. */
async function streamsOf(events: EventStore, customerId: string): Promise<string[][]> {
  const streams = new Map<string, string[]>();
  const own = new Set<string>();
  for await (const page of events.readAll()) {
    for (const { id, type, stream, data } of page.events) {
      if (['CustomersMerged', 'CustomersUnmerged', 'EventsWithdrawn'].includes(type)) continue;
      streams.set(stream, [...(streams.get(stream) ?? []), id]);
      if ((data as { customerId?: string }).customerId === customerId) own.add(stream);
    }
  }
  return [...streams].filter(([stream]) => own.has(stream)).map(([, ids]) => ids);
}

async function logOfType(events: EventStore, type: string): Promise<string[]> {
  const found: string[] = [];
  for await (const page of events.readAll()) found.push(...page.events.filter((event) => event.type === type).map(({ id }) => id));
  return found;
}

/** What is stated changed so and, where all is stated, nothing changed where nothing is. */
function compare(name: string, { rows, now }: { rows: Row[]; now: Row[] }, stated: readonly Factor[], isAll: boolean): void {
  for (const { factor, of = {}, value: is, without: was } of stated) expect([name, factor, valueIn(rows, of, factor), valueIn(now, of, factor)]).toEqual([name, factor, is, was]);
  if (isAll && stated.length === 0 && rows.length > 0) expect([name, now]).toEqual([name, rows]);
}

/** Everything that the analyses asked here tell of customers; each contract is a life of its own. */
const life = fc.tuple(
  fc.array(asked, { maxLength: 15 }), fc.array(bought, { minLength: 4, maxLength: 10 }), fc.array(benefit, { minLength: 3, maxLength: 10 }), fc.array(fc.oneof(cost, investment), { maxLength: 4 }), fc.array(binding, { minLength: 1, maxLength: 4 }),
  fc.array(contract, { minLength: 2, maxLength: 6 }),
).map(([one, two, three, four, five, contracts]): Asked[][] => [...[...one, ...two, ...three, ...four, ...five].map((each) => [each]), ...contracts])
  .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })).map((all) => all.flat());

const [YES, NO] = [{ value: 5, source: 'A survey' }, { value: 1, source: 'A survey' }];
const at = (date: string) => `${date}T00:00:00.000Z`;
const buys = (customerId: string, date: string, ...named: string[]): Asked =>
  ['RecordPurchase', { purchaseId: `e-${customerId}-${date}`, customerId, amount: { amount: 700, currency: 'EUR' }, items: named.map((product) => ({ product, quantity: 1 })), occurredAt: at(date) }];
const owes = (customerId: string, dueOn: string, paidOn?: string): Asked[] => [
  ['DraftContract', { contractId: `e-${customerId}-${dueOn}`, customerId, value: { amount: 100, currency: 'EUR' } }], ['SignContract', { contractId: `e-${customerId}-${dueOn}`, dueOn }],
  ['MarkInstalmentDue', { contractId: `e-${customerId}-${dueOn}`, number: 1, occurredAt: at(dueOn) }],
  ...(paidOn === undefined ? [] : [['ReceivePayment', { contractId: `e-${customerId}-${dueOn}`, paymentId: 'p', amount: { amount: 100, currency: 'EUR' }, occurredAt: at(paidOn) }] as const]),
];
/** A life in which every analysis has something to say of the first customer. */
const EXAMPLE: Asked[] = [
  ['AssignParentCustomer', { customerId: 'c3', parentId: 'c1' }],
  buys('c1', '2024-02-01', 'tea'), buys('c1', '2024-05-01', 'tea'), buys('c1', '2024-10-01', 'pot'), buys('c2', '2024-03-01', 'tea', 'cup'), buys('c2', '2024-11-01', 'tea'), buys('c3', '2024-04-01', 'tea', 'cup'),
  ...owes('c1', '2024-03-01', '2024-03-05'), ...owes('c1', '2024-09-01'), ...owes('c2', '2024-03-01', '2024-03-01'), ...owes('c2', '2024-09-01', '2024-09-02'),
  ['AssessCustomerBenefit', { benefitId: 'e1', customerId: 'c1', product: 'press', terms: { u: YES, b: YES, r: YES, c: NO, t: NO }, occurredAt: at('2024-06-01') }],
  ['AddBindingFactor', { bindingId: 'e2', customerId: 'c1', kind: 'contract', cost: { amount: 50, currency: 'EUR' }, source: 'The contract', occurredAt: at('2024-06-01') }],
  ['RecordRelationshipInvestment', { investmentId: 'e4', customerId: 'c1', kind: 'event', amount: { amount: 40, currency: 'EUR' }, note: 'Invited to the fair', occurredAt: at('2025-01-05') }],
  ['RecordInteraction', { interactionId: 'e3', customerId: 'c1', channel: 'phone', direction: 'inbound', summary: 'Talked', sentiment: 1, occurredAt: at('2025-01-10') }],
];

/** Everything that is said of the first customer, against replays. @returns names of analyses that say of which events something comes. */
async function comparedWithReplays(commands: readonly Asked[], choice: number): Promise<string[]> {
  const events = await lived(commands);
  const engine = await engineOn(events);
  const found = new Map<string, { rows: Row[]; factors: readonly Factor[]; isMissing: boolean }>();
  for (const name of ASKED) {
    const rows = await rowsOf(engine, name, 'c1');
    const { value } = await engine.analyses.explain(nameOf(name), 'c1', questionTo(engine, name));
    const isMissing = value === undefined || value.missing === true;
    expect([name, isMissing]).toEqual([name, rows.length === 0]);
    found.set(name, { rows, factors: value?.factors ?? [], isMissing });
  }
  await engine.stop();
  const streams = await streamsOf(events, 'c1');
  const isOfOne = (ids: readonly string[]) => streams.some((stream) => ids.every((id) => stream.includes(id)));
  const together = [...found.values()].filter(({ isMissing }) => !isMissing).flatMap(({ factors }) => factors.map((factor) => factor.events)).find((ids) => !isOfOne(ids));
  const leftOut = streams.map((_, index) => streams[(choice + index) % streams.length]!).slice(0, REPLAYS);
  for (const left of [...leftOut, ...(together ? [together] : [])]) {
    const replayed = await engineOn(without(events, new Set(left)));
    const isOfThese = (ids: readonly string[], isMissing: boolean) => (left === together || isMissing ? isDeepStrictEqual(ids, left) : isOfOne(ids) && ids.some((id) => left.includes(id)));
    for (const name of ASKED) {
      const { rows, factors, isMissing } = found.get(name)!;
      compare(name, { rows, now: await rowsOf(replayed, name, 'c1') }, factors.filter((factor) => isOfThese(factor.events, isMissing)), left !== together);
    }
    await replayed.stop();
  }
  return [...found].filter(([, { factors, isMissing }]) => factors.length > 0 && !isMissing).map(([name]) => name);
}

const SUMS = contexts.flatMap(({ analyses = [] }) => analyses).filter(({ options: { record, apart } }) => record === null && apart !== undefined);
const ROWS = 4;
const sumKey = (apart: readonly string[], row: Row) => apart.map((name) => (row[name] ?? 'none') as string | number).join('/');

describe('Why a row of an analysis says what it says', () => {
  it('can be asked of every analysis', () => {
    expect(contexts.flatMap(({ analyses = [] }) => analyses).filter(({ explains }) => !explains).map(({ name }) => name)).toEqual([]);
  });

  it('is, of a row about several customers, what it is without each of them, and a replay without one of them comes to that', async () => {
    const events = await lived([...EXAMPLE, ['AllocateCost', { costId: 'e4', customerId: 'c1', kind: 'campaign', amount: { amount: 30, currency: 'EUR' }, basis: 'Spring', occurredAt: at('2024-04-20') }], ['RecordProductInUse', { customerId: 'c2', product: 'press' }]]);
    const engine = await engineOn(events);
    const found: { name: string; apart: readonly string[]; row: Row; factors: readonly Factor[] }[] = [];
    for (const { name, options: { apart = [] } } of SUMS) {
      const { rows } = (await engine.analyses.answer(name, questionTo(engine, name))).value;
      for (const row of rows.slice(0, ROWS)) {
        const { value } = await engine.analyses.explain(name, sumKey(apart, row), questionTo(engine, name));
        found.push({ name, apart, row, factors: value!.factors });
      }
    }
    expect(new Set(found.map(({ name }) => name)).size).toBeGreaterThan(15);
    await engine.stop();
    for (const customerId of ['c1', 'c2', 'c3']) {
      const replayed = await engineOn(without(events, new Set((await streamsOf(events, customerId)).flat())));
      for (const { name, apart, row, factors } of found) {
        const { rows, columns } = (await replayed.analyses.answer(name, questionTo(replayed, name))).value;
        const now = rows.find((each) => sumKey(apart, each) === sumKey(apart, row)) ?? {};
        for (const { name: column } of columns.filter((each) => !apart.includes(each.name))) {
          const stated = factors.find(({ record, factor }) => record === customerId && factor === column);
          expect([name, sumKey(apart, row), column, now[column] ?? null]).toEqual([name, sumKey(apart, row), column, stated ? stated.without : row[column]]);
        }
      }
      await replayed.stop();
    }
  }, 60_000);

  it('is said of a row that is not there, too: by the event that keeps it away, or in words', async () => {
    const [kept, other] = [buys('c1', '2024-02-01', 'tea'), ['RecordPurchase', { purchaseId: 'yen', customerId: 'c2', amount: { amount: 900, currency: 'JPY' }, occurredAt: at('2024-02-01') }] as const];
    const events = await lived([kept, ['ReturnPurchase', { purchaseId: (kept[1] as { purchaseId: string }).purchaseId }], other]);
    const engine = await engineOn(events);
    const [returned] = (await logOfType(events, 'PurchaseReturned'));
    const { value: gone } = await engine.analyses.explain('repeat_buying', 'c1');
    expect(gone).toMatchObject({ missing: true, notes: expect.arrayContaining(['No purchase of c1 in EUR stands.']) });
    expect(gone!.factors).toContainEqual({ factor: 'repeats', value: null, without: 0, events: [returned] });
    const { value: abroad } = await engine.analyses.explain('pyramid', 'c2');
    expect(abroad).toMatchObject({ missing: true, factors: [], notes: expect.arrayContaining(['No purchase of c2 in EUR stands; there are some in JPY, and amounts of different currencies are never added.']) });
    expect((await engine.analyses.explain('pyramid', 'nobody')).value).toBeUndefined();
    await engine.stop();
    const replayed = await engineOn(without(events, new Set([returned!])));
    expect(await rowsOf(replayed, 'repeat_buying', 'c1')).toMatchObject([{ repeats: 0 }]);
    await replayed.stop();
  });

  it('is said of every analysis of a customer of whom each of them has something to say', async () => {
    expect((await comparedWithReplays(EXAMPLE, 0)).sort()).toEqual([...ASKED].sort());
  }, 30_000);

  it('is what a replay without those events comes to, and what a replay without others leaves as it is', async () => {
    await fc.assert(fc.asyncProperty(life, fc.nat(), async (commands, choice) => void (await comparedWithReplays(commands, choice))), { numRuns: 7, endOnFailure: true });
  }, 60_000);

  it('is asked of every analysis whose rows are of customers', () => {
    const ofCustomers = contexts.flatMap(({ analyses = [] }) => analyses).filter(({ options }) => options.record === 'customerId').map(({ name }) => name);
    expect([...new Set(ASKED.map(nameOf))].sort()).toEqual(ofCustomers.sort());
  });

  it('leaves an event out of the earlier moment, too, where it still belonged to the customer who was merged since', async () => {
    const merged: Asked[] = [
      buys('c2', '2024-03-16', 'pot'), buys('c2', '2024-11-27', 'pot'), buys('c1', '2024-04-06', 'tea'), buys('c1', '2024-12-06', 'pot'), buys('c3', '2024-05-29', 'tea'),
      ['MergeCustomers', { customerId: 'c3', intoCustomerId: 'c1', reason: 'The same telephone' }],
    ];
    const events = await lived(merged);
    const engine = await engineOn(events);
    const { value } = await engine.analyses.explain('churn_risk', 'c1', { from: FROM });
    await engine.stop();
    const [bought] = (await streamsOf(events, 'c3')).find(([first]) => first !== undefined && value!.factors.some(({ events: [left] }) => left === first))!;
    // The merged customer is the only one who was lost since: without that purchase there is nothing to learn from.
    expect(value!.factors).toContainEqual(expect.objectContaining({ factor: 'probability', without: null, events: [bought] }));
  });

  it('counts in that the boundaries of scores, which are of all customers, would be others too', async () => {
    const once = (purchaseId: string, occurredAt: string): Asked => ['RecordPurchase', { purchaseId, customerId: 'c1', amount: { amount: 500, currency: 'EUR' }, occurredAt }];
    const engine = await engineOn(await lived([once('p1', '2024-01-01T00:00:00.000Z'), once('p2', '2024-01-02T00:00:00.000Z')]));
    const { value } = await engine.analyses.explain('loyalty_change', 'c1', { from: FROM });
    await engine.stop();
    // The only buyer is the best and the worst, whatever was bought when.
    expect(value!.factors.map(({ factor }) => factor)).toContain('recencyDays');
    expect(value!.factors.map(({ factor }) => factor)).not.toContain('scores');
  });
});
