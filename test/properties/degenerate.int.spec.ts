import { describe, expect, it } from '@jest/globals';
import { Engine, type AnalysisAnswer, type AnyAnalysis } from '#event-sourcing';
import { contexts, publishDefaultPolicies } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { send, type Asked } from './life.js';

const NOW = '2025-03-10T12:00:00.000Z';
const FROM = { asOf: '2024-12-31T23:59:59.999Z' };

let purchases = 0;
const bought = (customerId: string, day: string, amount = 500, currency = 'EUR', products: readonly string[] = ['tea']): Asked => ['RecordPurchase', {
  purchaseId: `p${purchases++}`, customerId, amount: { amount, currency }, ...(products.length > 0 && { items: products.map((product) => ({ product, quantity: 1 })) }), occurredAt: `${day}T10:00:00.000Z`,
}];
const each = (count: number, of: (customerId: string) => readonly Asked[]): Asked[] => Array.from({ length: count }, (_, n) => of(`c${n}`)).flat();
const policy: Asked = ['PublishLoyaltyPolicy', { loyaltypolicyId: 'default', rules: { currency: 'EUR', scores: 5, frequency: 'purchaseDays', method: 'quantiles' }, effectiveFrom: '1970-01-01T00:00:00.000Z' }];
const returned = bought('c0', '2024-05-01');

/** Histories of which there is hardly anything to say. */
const HISTORIES: Readonly<Record<string, readonly Asked[]>> = {
  'no customer at all': [policy],
  'a customer who never bought': [policy, ['RegisterCustomer', { customerId: 'c0', kind: 'person', name: 'Ada' }]],
  'one customer, one purchase': [policy, bought('c0', '2024-05-01')],
  'one purchase, which went back whole': [policy, returned, ['ReturnPurchase', { purchaseId: (returned[1] as { purchaseId: string }).purchaseId }]],
  'nobody who bought again': [policy, ...each(8, (customerId) => [bought(customerId, '2024-05-01')])],
  'everybody alike': [policy, ...each(8, (customerId) => ['2024-05-01', '2024-08-01', '2025-02-01'].map((day) => bought(customerId, day)))],
  'nothing that costs anything': [policy, ...each(8, (customerId) => ['2024-05-01', '2024-09-01', '2025-01-15'].map((day) => bought(customerId, day, 0)))],
  'everything given back in part, and more than paid': [policy, ...each(4, (customerId) => [bought(customerId, '2024-05-01', 100), bought(customerId, '2024-11-01', 100), ['AllocateCost', { costId: `cost-${customerId}`, customerId, kind: 'service', amount: { amount: 900, currency: 'EUR' }, basis: 'Hours', occurredAt: '2024-12-01T10:00:00.000Z' }]])],
  'everything today': [policy, ...each(8, (customerId) => [bought(customerId, NOW.slice(0, 10))])],
  'other currencies than that of the policy': [policy, ...each(4, (customerId) => [bought(customerId, '2024-05-01', 500, 'USD'), bought(customerId, '2025-01-05', 700, 'JPY')])],
  'no policy': each(4, (customerId) => [bought(customerId, '2024-05-01'), bought(customerId, '2025-01-05', 700)]),
  'purchases without products': [policy, ...each(4, (customerId) => [bought(customerId, '2024-05-01', 500, 'EUR', []), bought(customerId, '2025-01-05', 700, 'EUR', [])])],
};

async function engineAfter(commands: readonly Asked[]): Promise<Engine> {
  const engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore(), clock: { now: () => new Date(NOW) } });
  await engine.start();
  if (commands.includes(policy)) await publishDefaultPolicies(engine);
  for (const command of commands) await send(engine, command);
  for (const name of engine.projector.names()) await engine.projector.reaches(name, await engine.events.head(), 10_000);
  return engine;
}

/** As it is asked from the start and, where a model may be chosen, by the other one too. */
const questionsTo = ({ compares, options: { parameters } }: AnyAnalysis) => {
  const question = compares ? { from: FROM } : {};
  const { model } = { ...(parameters && new parameters()) } as { model?: string };
  return model === 'promoted' || model === 'fitted' ? ['promoted', 'fitted'].map((each) => ({ ...question, parameters: { model: each } })) : [question];
};

const isNumber = ({ type }: { type: string }) => type === 'number' || type === 'integer';

/** What is said of nothing without a reason. */
function silences({ rows, columns, summary, notes, plots }: AnalysisAnswer): string[] {
  const points = plots.flatMap(({ series }) => series.flatMap((one) => one.points.flat()));
  return [
    ...columns.filter(({ type, nullWhere }) => type !== 'json' && nullWhere === undefined).filter(({ name }) => rows.some((row) => (row[name] ?? null) === null)).map(({ name }) => `${name} is null in some rows, and nothing says where`),
    ...points.filter((value) => typeof value === 'number' && !Number.isFinite(value)).map(() => 'a plot has what is no number'),
    ...(notes.length > 0 ? [] : [
      ...(rows.length === 0 ? ['no rows'] : columns.filter(isNumber).filter(({ name }) => rows.every((row) => row[name] === null)).map(({ name }) => `${name} is null everywhere`)),
      ...Object.entries(summary).filter(([, value]) => value === null).map(([name]) => `${name} is null`),
    ]),
  ];
}

describe('An analysis of a history of which there is hardly anything to say', () => {
  it.each(Object.keys(HISTORIES))('says so, of %s', async (name) => {
    const engine = await engineAfter(HISTORIES[name]!);
    const found: string[] = [];
    for (const analysis of engine.analyses.all()) {
      for (const question of questionsTo(analysis)) {
        try {
          const { value } = await engine.analyses.answer(analysis.name, question);
          found.push(...silences(value).map((silence) => `${analysis.name}: ${silence}`));
          const key = value.rows[0]?.[analysis.options.record ?? ''];
          if (typeof key === 'string') await engine.analyses.explain(analysis.name, key, question);
        } catch (error) {
          found.push(`${analysis.name}: ${String(error)}`);
        }
      }
    }
    await engine.stop();
    expect(found).toEqual([]);
  });
});
