import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BEGINNING, categoryOf, Engine, type EventStore, type EventToAppend, type RecordedEvent } from '#event-sourcing';
import { contexts } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { asked, logOf } from './life.js';

async function storeOf(log: readonly RecordedEvent[]): Promise<MemoryEventStore> {
  const store = new MemoryEventStore();
  for (const { id, type, schemaVersion, occurredAt, data, metadata, stream } of log) {
    const event: EventToAppend = { id, type, schemaVersion, occurredAt, data, metadata };
    await store.append(stream, 'any', [event]);
  }
  return store;
}

/** All documents of all views, with each part of the log delivered again when the process starts anew. */
async function viewsOf(events: EventStore, settings: { partitions?: number; pageSize?: number; restarts?: number } = {}): Promise<Record<string, unknown[]>> {
  const documents = new MemoryDocumentStore();
  const answers: Record<string, unknown[]> = {};
  for (let start = 0; start <= (settings.restarts ?? 0); start++) {
    const engine = new Engine({ contexts, events, documents, projector: settings });
    await engine.start();
    for (const view of engine.projector.names()) {
      expect(await engine.projector.reaches(view, await events.head(), 10_000)).toBe(true);
      answers[view] = await documents.find(engine.projector.get(view).answering!);
    }
    expect((await engine.projector.status()).views.filter(({ deadLetters, state }) => deadLetters > 0 || state === 'failed')).toEqual([]);
    await engine.stop();
    await documents.dropCollection('checkpoints');
  }
  return answers;
}

/** The same events in another order, each customer's own in theirs. */
function shuffled(log: readonly RecordedEvent[], seed: readonly number[]): RecordedEvent[] {
  const queues = new Map<string, RecordedEvent[]>();
  const owners = new Map<string, string>();
  for (const event of log) {
    const { customerId } = event.data as { customerId?: string };
    // A withdrawal names nobody: it belongs to whom its stream is about.
    const owner = customerId ?? owners.get(event.stream) ?? categoryOf(event.stream);
    owners.set(event.stream, owner);
    queues.set(owner, [...(queues.get(owner) ?? []), event]);
  }
  const order: RecordedEvent[] = [];
  for (let turn = 0; queues.size > 0; turn++) {
    const left = [...queues.keys()];
    const owner = left[(seed[turn % seed.length] ?? 0) % left.length]!;
    order.push(queues.get(owner)!.shift()!);
    if (queues.get(owner)!.length === 0) queues.delete(owner);
  }
  return order;
}

/** Commands that touch one customer only: events of two customers have no order of their own in an import. */
const importable = asked.filter(([name]) => !['AssignParentCustomer', 'AttributeInteraction', 'RecordInteraction', 'MergeCustomers'].includes(name));

describe('the read models', () => {
  it('are the same for any pages, partitions and redeliveries', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(asked, { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 4 }),
        async (commands, pageSize, partitions) => {
          const store = await storeOf(await logOf(commands));
          expect(await viewsOf(store, { pageSize, partitions, restarts: 2 })).toEqual(await viewsOf(store));
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  it('are the same for an import that is shuffled but in order for each customer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(importable, { maxLength: 40 }), fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }), async (commands, seed) => {
        const log = await logOf(commands);
        const one = await viewsOf(await storeOf(log));
        const other = await viewsOf(await storeOf(shuffled(log, seed)));
        expect(withoutPositions(other)).toEqual(withoutPositions(one));
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

/** When and where among all others the store took an event does differ, and with it the keys that are made of positions. */
function withoutPositions(views: Record<string, unknown[]>): Record<string, string[]> {
  const blank = (name: string, value: unknown) => {
    if (name === 'position' || name === 'recordedAt') return BEGINNING;
    return name === '_id' && typeof value === 'string' ? value.replace(/\d{16}$/, '') : value;
  };
  return Object.fromEntries(Object.entries(views).map(([view, rows]) => [view, rows.map((row) => JSON.stringify(row, blank)).sort()]));
}
