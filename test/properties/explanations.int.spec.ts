import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Engine, type EventStore, type RecordedEvent } from '#event-sourcing';
import { contexts, publishDefaultPolicies } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { asked, send, type Asked } from './life.js';

const NOW = new Date('2025-03-10T12:00:00.000Z');
const ASKED = [
  'value_classes', 'persistency', 'relationship_health', 'profitability', 'repeat_buying', 'loyalty_change', 'contribution', 'attention_vs_value', 'customers_by_class', 'value_class_migration', 'customer_value', 'exit_cost',
];
const FROM = { asOf: '2024-08-01T00:00:00.000Z' };

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

const questionTo = (engine: Engine, name: string) => (engine.analyses.get(name).compares ? { from: FROM } : {});

async function rowsOf(engine: Engine, name: string, key: string): Promise<Record<string, unknown>[]> {
  const { rows } = (await engine.analyses.answer(name, questionTo(engine, name))).value;
  return rows.filter((row) => row['customerId'] === key);
}

const valueIn = (rows: readonly Record<string, unknown>[], of: object, column: string) =>
  rows.find((row) => Object.entries(of).every(([name, value]) => row[name] === value))?.[column] ?? null;

async function lived(commands: readonly Asked[]): Promise<EventStore> {
  const events = new MemoryEventStore();
  const engine = await engineOn(events);
  await publishDefaultPolicies(engine);
  await send(engine, ['PublishLoyaltyPolicy', { loyaltypolicyId: 'default', rules: { currency: 'EUR', scores: 5, frequency: 'purchaseDays', method: 'quantiles' }, effectiveFrom: '1970-01-01T00:00:00.000Z' }]);
  for (const command of commands) await send(engine, command);
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

describe('Why a row of an analysis says what it says', () => {
  it('is what a replay without those events comes to, and what a replay without others leaves as it is', async () => {
    await fc.assert(fc.asyncProperty(fc.array(asked, { minLength: 15, maxLength: 40 }), fc.constantFrom(...ASKED), async (commands, name) => {
      const events = await lived(commands);
      const engine = await engineOn(events);
      const rows = await rowsOf(engine, name, 'c1');
      const { value } = await engine.analyses.explain(name, 'c1', questionTo(engine, name));
      expect(value === undefined).toBe(rows.length === 0);
      if (!value) return void (await engine.stop());
      const groups = [...new Set(value.factors.map((factor) => JSON.stringify(factor.events)))];
      for (const ids of groups.slice(0, 3)) {
        const replayed = await engineOn(without(events, new Set(JSON.parse(ids) as string[])));
        const left = await rowsOf(replayed, name, 'c1');
        for (const { factor, of = {}, value: is, without: was } of value.factors.filter((each) => JSON.stringify(each.events) === ids)) expect([factor, valueIn(rows, of, factor), valueIn(left, of, factor)]).toEqual([factor, is, was]);
        await replayed.stop();
      }
      const named = new Set(value.factors.flatMap((factor) => factor.events));
      const others = (await streamsOf(events, 'c1')).find((ids) => !ids.some((id) => named.has(id)));
      await engine.stop();
      if (others === undefined) return;
      const replayed = await engineOn(without(events, new Set(others)));
      expect(await rowsOf(replayed, name, 'c1')).toEqual(rows);
      await replayed.stop();
    }), { numRuns: 8 });
  }, 60_000);

  it('counts in that the boundaries of scores, which are of all customers, would be others too', async () => {
    const bought = (purchaseId: string, occurredAt: string): Asked => ['RecordPurchase', { purchaseId, customerId: 'c1', amount: { amount: 500, currency: 'EUR' }, occurredAt }];
    const engine = await engineOn(await lived([bought('p1', '2024-01-01T00:00:00.000Z'), bought('p2', '2024-01-02T00:00:00.000Z')]));
    const { value } = await engine.analyses.explain('loyalty_change', 'c1', { from: FROM });
    await engine.stop();
    // The only buyer is the best and the worst, whatever was bought when.
    expect(value!.factors.map(({ factor }) => factor)).toContain('recencyDays');
    expect(value!.factors.map(({ factor }) => factor)).not.toContain('scores');
  });
});
