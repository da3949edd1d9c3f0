import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidQuery, type Engine, type RecordedEvent } from '#event-sourcing';
import { asked, send } from '../properties/life.js';
import { readBy } from '../properties/reader.js';
import { open, started, type StartedWarehouse } from './started.js';

const TODAY = new Date().toISOString().slice(0, 10);
const MOMENTS = ['2024-03-01', '2024-09-01', '2025-02-01', TODAY];
const SUMS = 'SELECT customer_id, CAST(sum(purchases) AS INTEGER) AS purchases, CAST(sum(amount) AS INTEGER) AS amount FROM fact_purchase GROUP BY ALL HAVING count(*) > 0 ORDER BY ALL';
const TALKS = 'SELECT customer_id, channel, CAST(sum(interactions) AS INTEGER) AS interactions FROM fact_interaction GROUP BY ALL HAVING sum(interactions) <> 0 ORDER BY ALL';
const STAGES = 'SELECT customer_id, stage, since FROM customer_stage ORDER BY customer_id';
const CUSTOMERS = 'SELECT customer_id, status FROM dim_customer ORDER BY customer_id';
const EVERYTHING = ['dim_customer', 'fact_purchase', 'fact_purchase_line', 'fact_interaction', 'fact_stage_change'].map((table) => `SELECT * FROM history.${table} ORDER BY ALL`);

async function logOf(engine: Engine): Promise<RecordedEvent[]> {
  const log: RecordedEvent[] = [];
  for await (const page of engine.events.readAll()) log.push(...page.events);
  return log;
}

interface Said {
  purchaseId: string;
  customerId: string;
  amount: { amount: number };
  whole: boolean;
  from: Said;
  to: Said;
  returned: { amount: number };
}

/** What somebody adds up who reads the events one by one. */
function summed(events: readonly RecordedEvent[]): Record<string, unknown>[] {
  const sums = new Map<string, { purchases: number; amount: number }>();
  const known = new Set<string>();
  const add = (customerId: string, purchases: number, amount: number) => {
    const sum = sums.get(customerId) ?? { purchases: 0, amount: 0 };
    sums.set(customerId, { purchases: sum.purchases + purchases, amount: sum.amount + amount });
  };
  for (const { type, data } of events as readonly RecordedEvent<Said>[]) {
    if (type === 'PurchaseRecorded') {
      known.add(data.purchaseId);
      add(data.customerId, 1, data.amount.amount);
    }
    // What was told of a purchase counts from when the purchase does.
    if (!known.has(data.purchaseId)) continue;
    if (type === 'PurchaseReturned') add(data.customerId, data.whole ? -1 : 0, -data.amount.amount);
    if (type === 'PurchaseCorrected') {
      add(data.from.customerId, -1, data.returned.amount - data.from.amount.amount);
      add(data.to.customerId, 1, data.to.amount.amount - data.returned.amount);
    }
  }
  return [...sums].map(([customer_id, { purchases, amount }]) => ({ customer_id, purchases, amount: amount === 0 ? 0 : amount })).sort((one, other) => (one.customer_id < other.customer_id ? -1 : 1));
}

async function stagesIn(engine: Engine, asOf: string): Promise<Record<string, unknown>[]> {
  await engine.projector.reaches('lifecycle', await engine.events.head(), 10_000);
  const { value } = await engine.views.find('lifecycle', { sort: { _id: 1 } }, { moment: { asOf: `${asOf}T23:59:59.999Z` } });
  return value.items.filter(({ stage }) => stage !== null).map(({ _id, stage, since }) => ({ customer_id: _id, stage, since }));
}

/** The status of each customer as of a moment: of the record itself, merged ones included. */
async function customersIn(engine: Engine, asOf: string): Promise<Record<string, unknown>[]> {
  await engine.projector.reaches('customers', await engine.events.head(), 10_000);
  const { value } = await engine.views.find('customers', { sort: { _id: 1 } }, { moment: { asOf: `${asOf}T23:59:59.999Z` } });
  return value.items.map(({ _id, status }) => ({ customer_id: _id, status }));
}

const customer = fc.constantFrom('c1', 'c2', 'c3');
const day = fc.integer({ min: 0, max: 400 }).map((days) => new Date(Date.UTC(2024, 0, 1) + days * 86_400_000).toISOString());
const rules = (days: number) => ({
  developing: { purchaseDays: 2 }, loyal: { purchaseDays: 3, withinDays: 365 }, atRisk: { afterDays: days }, dormant: { afterDays: 2 * days }, lost: { afterDays: 4 * days }, wonBack: { forDays: days },
});

/** What happened long before it was told, whatever was told meanwhile. */
const toldLate = fc.oneof(
  fc.tuple(customer, day).map(([customerId, occurredAt]) => ['RegisterCustomer', { customerId, kind: customerId === 'c1' ? 'organisation' : 'person', name: customerId, occurredAt }] as const),
  fc.tuple(customer, day).map(([customerId, occurredAt]) => ['LocateCustomer', { customerId, country: 'DE', occurredAt }] as const),
  fc.tuple(customer, fc.nat(6), day).map(([customerId, n, occurredAt]) => ['ReturnPurchase', { purchaseId: `p${n}-${customerId}`, occurredAt }] as const),
  fc.tuple(customer, customer, fc.nat(6), day, day).map(
    ([customerId, other, n, purchasedAt, occurredAt]) => ['CorrectPurchase', { purchaseId: `p${n}-${customerId}`, customerId: other, purchasedAt, reason: 'Typed wrong', occurredAt }] as const,
  ),
  fc.tuple(customer, customer, day).map(([customerId, intoCustomerId, occurredAt]) => ['MergeCustomers', { customerId, intoCustomerId, reason: 'The same telephone', occurredAt }] as const),
  fc.tuple(customer, day).map(([customerId, occurredAt]) => ['UnmergeCustomers', { customerId, reason: 'Twins', occurredAt }] as const),
  fc.tuple(fc.integer({ min: 30, max: 60 }), day, day).map(
    ([days, effectiveFrom, occurredAt]) => ['PublishLifecyclePolicy', { lifecyclepolicyId: 'default', rules: { ...rules(days), variants: { organisation: rules(2 * days) } }, effectiveFrom, occurredAt }] as const,
  ),
);

describe('a warehouse over any history of purchases, merges, withdrawals', () => {
  it('adds up to what the log says, as of any moment; as of a position it says what it said then; filled anew it is the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof({ weight: 2, arbitrary: asked }, { weight: 1, arbitrary: toldLate }), { minLength: 5, maxLength: 30 }), fc.nat(2), async (commands, pace) => {
        const { engine, warehouse, rows, stop } = await started();
        const then: { position: number; answers: unknown }[] = [];
        const answers = async (position?: number) => {
          const at = { asOf: TODAY, ...(position !== undefined && { position }) };
          return [await rows(SUMS, at), await rows(TALKS, at), await rows(STAGES, at), await rows(CUSTOMERS, at)];
        };
        for (const [index, command] of commands.entries()) {
          await send(engine, command);
          if (index % 8 < pace) then.push({ position: await engine.events.head(), answers: await answers() });
        }
        const log = await logOf(engine);
        for (const asOf of MOMENTS) {
          expect([asOf, await rows(SUMS, { asOf })]).toEqual([asOf, summed(readBy(log, { asOf: `${asOf}T23:59:59.999Z` }))]);
          expect([asOf, await rows(STAGES, { asOf })]).toEqual([asOf, await stagesIn(engine, asOf)]);
          expect([asOf, await rows(CUSTOMERS, { asOf })]).toEqual([asOf, await customersIn(engine, asOf)]);
        }
        for (const { position, answers: told } of then) expect([position, await answers(position)]).toEqual([position, told]);

        const fed = await Promise.all(EVERYTHING.map((sql) => rows(sql)));
        const anew = open(engine);
        const filled = await Promise.all(EVERYTHING.map(async (sql) => (await anew.query({ sql, limit: 100_000 })).rows));
        expect(filled).toEqual(fed);
        await warehouse.rebuild();
        expect(await Promise.all(EVERYTHING.map((sql) => rows(sql)))).toEqual(fed);
        await anew.close();
        await stop();
      }),
      { numRuns: 5, endOnFailure: true },
    );
  }, 120_000);
});

it('the stage that a purchase brought is there until the day on which it went back', async () => {
  const { engine, rows, stop } = await started();
  const purchase = (purchaseId: string, occurredAt: string) => send(engine, ['RecordPurchase', { purchaseId, customerId: 'c1', amount: { amount: 500, currency: 'EUR' }, occurredAt }]);
  await send(engine, ['RegisterCustomer', { customerId: 'c1', kind: 'person', name: 'Ada', occurredAt: '2024-01-05T10:00:00.000Z' }]);
  await purchase('p1', '2024-05-05T10:00:00.000Z');
  await rows(STAGES);
  await send(engine, ['ReturnPurchase', { purchaseId: 'p1', amount: { amount: 500, currency: 'EUR' }, occurredAt: '2024-08-05T10:00:00.000Z' }]);
  await purchase('p2', '2024-11-05T10:00:00.000Z');
  const areThoseOfTheView = async () => {
    for (const asOf of ['2024-03-01', '2024-06-01', '2024-09-01', '2024-12-01', TODAY]) expect([asOf, await rows(STAGES, { asOf })]).toEqual([asOf, await stagesIn(engine, asOf)]);
  };
  await areThoseOfTheView();
  expect(await rows(STAGES, { asOf: '2024-06-01' })).toMatchObject([{ stage: 'first_purchase' }]);
  // Told of long after the return, by the id of a customer who was merged in between.
  await send(engine, ['RegisterCustomer', { customerId: 'c2', kind: 'person', name: 'Ada L.', occurredAt: '2024-01-06T10:00:00.000Z' }]);
  await send(engine, ['MergeCustomers', { customerId: 'c2', intoCustomerId: 'c1', reason: 'The same telephone', occurredAt: '2024-07-05T10:00:00.000Z' }]);
  await send(engine, ['RecordPurchase', { purchaseId: 'p3', customerId: 'c2', amount: { amount: 500, currency: 'EUR' }, occurredAt: '2024-05-20T10:00:00.000Z' }]);
  await areThoseOfTheView();
  expect(await rows(STAGES, { asOf: '2024-06-01' })).toMatchObject([{ customer_id: 'c1', stage: 'first_purchase' }, { customer_id: 'c2', stage: 'first_purchase' }]);
  expect(await rows(STAGES, { asOf: '2024-07-06' })).toMatchObject([{ customer_id: 'c1', stage: 'developing' }]);
  await stop();
});

describe('the warehouse in a file', () => {
  let folder: string;
  let file: string;
  let place: StartedWarehouse;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guanxi-warehouse-'));
    file = join(folder, 'warehouse.duckdb');
    place = await started(file);
    const { engine } = place;
    await send(engine, ['RegisterCustomer', { customerId: 'c1', kind: 'person', name: 'Ada Unmistakable' }]);
    await send(engine, ['LocateCustomer', { customerId: 'c1', country: 'DE', city: 'Bremen' }]);
    await send(engine, ['RecordPurchase', { purchaseId: 'p1', customerId: 'c1', amount: { amount: 500, currency: 'EUR' }, channel: 'web', items: [{ product: 'tea', quantity: 2 }, { product: 'cup', quantity: 1 }], occurredAt: '2025-01-05T10:00:00.000Z' }]);
    await send(engine, ['ReturnPurchase', { purchaseId: 'p1', amount: { amount: 100, currency: 'EUR' }, items: [{ product: 'cup', quantity: 1 }], occurredAt: '2025-02-05T10:00:00.000Z' }]);
    await send(engine, ['RecordInteraction', { interactionId: 'i1', customerId: 'c1', channel: 'phone', direction: 'inbound', summary: 'Ada Unmistakable asked', sentiment: 1, occurredAt: '2025-01-06T10:00:00.000Z' }]);
  });
  afterAll(async () => {
    await place.stop();
    await rm(folder, { recursive: true });
  });

  it('goes on where it was, tells what each run brought, and what goes back goes back on the way on which it was sold', async () => {
    expect(await place.rows('SELECT channel, product, CAST(sum(units) AS INTEGER) AS units FROM fact_purchase_line GROUP BY ALL ORDER BY product')).toEqual([
      { channel: 'web', product: 'cup', units: 0 }, { channel: 'web', product: 'tea', units: 2 },
    ]);
    await place.warehouse.close();
    const again = open(place.engine, file);
    await send(place.engine, ['CorrectPurchase', { purchaseId: 'p1', amount: { amount: 700, currency: 'EUR' }, reason: 'Typed wrong' }]);
    expect((await again.query({ sql: 'SELECT sum(amount) AS amount, sum(purchases) AS purchases FROM fact_purchase' })).rows).toEqual([{ amount: 600, purchases: 1 }]);
    expect((await again.query({ sql: 'SELECT product, sum(amount) AS amount, sum(units) AS units FROM fact_purchase_part GROUP BY ALL ORDER BY ALL' })).rows).toEqual([{ product: 'cup', amount: null, units: 0 }, { product: 'tea', amount: null, units: 2 }, { product: null, amount: 600, units: null }]);
    const { runs, position, head } = await again.status();
    expect(position).toBe(head);
    expect(runs).toMatchObject([{ run: 2, kind: 'load', eventsIn: 1, rowsOut: 6, rowsClosed: 0, toPosition: head, error: null }, { run: 1, kind: 'load', error: null }]);
    again.keepUp(1);
    await send(place.engine, ['RenameCustomer', { customerId: 'c1', name: 'Nobody asks' }]);
    const later = await place.engine.events.head();
    expect(later).toBeGreaterThan(head);
    // Status reads how far it is and loads nothing.
    while ((await again.status()).position < later) await new Promise(setImmediate);
    await again.close();
  });

  it('has calendar, products and channels to join with, and customers by what groups them', async () => {
    expect(await place.rows("SELECT count(*) AS days, min(day) AS first FROM dim_time", { asOf: '2025-02-10' })).toMatchObject([{ first: '2025-01-05' }]);
    expect(await place.rows('SELECT product FROM dim_product ORDER BY 1')).toEqual([{ product: 'cup' }, { product: 'tea' }]);
    expect(await place.rows('SELECT channel, sells, talks FROM dim_channel ORDER BY 1')).toEqual([{ channel: 'phone', sells: false, talks: true }, { channel: 'web', sells: true, talks: false }]);
    expect(await place.rows('SELECT customer_id, customer_kind, city FROM dim_customer')).toEqual([{ customer_id: 'c1', customer_kind: 'person', city: 'Bremen' }]);
  });

  it('takes values for parameters, by number and by name', async () => {
    expect(await place.rows('SELECT count(*) AS n FROM fact_purchase WHERE channel = $1 AND occurred_at >= $2', { parameters: ['web', '2025-02-01'] })).toEqual([{ n: 3 }]);
    expect(await place.rows('SELECT $limit + 1 AS n', { parameters: { limit: 41 } })).toEqual([{ n: 42 }]);
    await expect(place.rows('SELECT $1', { parameters: [] })).rejects.toThrow('no value is given');
  });

  it.each([
    "INSERT INTO load_runs (run) VALUES (9)", 'DROP TABLE history.fact_purchase', 'SELECT 1; SELECT 2', "ATTACH '/tmp/other.duckdb'", "COPY history.state TO '/tmp/out.csv'",
    "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/hostname')", "SELECT * FROM '/etc/passwd'", "SET memory_limit = '8GB'", "SET VARIABLE position = 0", 'INSTALL httpfs', 'LOAD httpfs',
    'CREATE TEMP TABLE t AS SELECT 1', 'EXPLAIN ANALYZE DELETE FROM history.state', 'CALL checkpoint()', "SELECT * FROM read_parquet('https://example.com/x.parquet')", 'SELECT', '',
  ])('refuses %s', async (sql) => {
    await expect(place.rows(sql)).rejects.toThrow(InvalidQuery);
    expect(await place.rows('SELECT count(*) AS n FROM history.state')).toEqual([{ n: 1 }]);
  });

  it('gives as many rows as asked and says that there are more; ends what takes too much memory', async () => {
    expect(await place.warehouse.query({ sql: 'SELECT * FROM range(10)', limit: 3 })).toMatchObject({ truncated: true, rows: [{ range: 0 }, { range: 1 }, { range: 2 }] });
    await expect(place.rows('SELECT list(range) FROM range(200000000)')).rejects.toThrow('memory');
  });

  it('says what is no number as null, and whole numbers as they are', async () => {
    expect(await place.rows("SELECT 0.0/0 AS nan, sum(1) AS s, 12345678901234567890::HUGEINT AS big, DATE '2025-01-02' AS day, [1, NULL] AS list")).toEqual([
      { nan: null, s: 1, big: '12345678901234567890', day: '2025-01-02', list: [1, null] },
    ]);
  });
});
