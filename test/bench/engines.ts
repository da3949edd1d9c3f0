import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { NO_REVISION, type EventMetadata, type EventStore } from '#event-sourcing';
import { EventStoreDbEventStore } from '#stores/eventstoredb';
import { ServerProcess } from '../engines/eventstoredb/server-process.js';
import { inDatabaseOfItsOwn } from '../engines/mongodb/database-of-its-own.js';
import { whyNotInstalled } from '../engines/mongodb/installation.js';
import { ProtocolServer } from '../engines/mongodb/protocol-server.js';
import { measureRebuild, type RebuildOptions } from './engines-rebuild.js';
import { alternate, atLeast, benchmark, inFlight, latenciesOf, ratio, seconds, spreadOf, type Metrics, type Target } from './harness.js';

const AT_ONCE = [1, 32, 256] as const;
/** Ours may be slower than the bare client by this part where many appends are in flight. */
const TARGETED = [32, 256];
const TARGET = 0.7;
const NAMED = process.env['GUANXI_TEST_EVENT_STORE'];
const NAMED_DOCUMENTS = process.env['GUANXI_TEST_DOCUMENT_STORE'];

/** An event of a usual size: some 300 bytes with its metadata. */
const data = { customerId: 'b2f0c1de-3a57-4d39-9f3a-5a1d6e0c7b11', name: 'A customer with a name of usual length', note: 'n'.repeat(60) };
const metadata: EventMetadata = { commandId: 'rename/42', command: 'RenameCustomer', correlationId: 'conversation-42', actor: 'someone', source: 'bench' };
const occurredAt = '2026-01-05T12:00:00.000Z';

/** Appends one event at the revision after the last; each stream belongs to one lane. */
type AppendOne = (stream: string, revision: number) => Promise<unknown>;

export const engines = benchmark({
  name: 'engines',
  summary: 'Appends and rebuilds on EventStoreDB and MongoDB, against the bare clients doing the same.',
  options: { appends: 4_000, events: 20_000, customers: 2_000, samples: 300, rounds: 5 },

  async run({ options, say }) {
    const server = NAMED ? undefined : await ServerProcess.start();
    const connection = NAMED ?? server!.url;
    const store = new EventStoreDbEventStore({ connection });
    const client = EventStoreDBClient.connectionString(connection);
    const contenders = { ours: throughAdapter(store), bare: throughClient(client) };
    const metrics: Metrics = { server: NAMED ? 'the one named by GUANXI_TEST_EVENT_STORE' : 'the test server, in a process of its own and in memory' };
    const targets: Target[] = [];
    try {
      for (const append of Object.values(contenders)) await appends(append, 200, 1, []);
      for (const atOnce of AT_ONCE) {
        const count = Math.ceil(atOnce === 1 ? options.appends / 4 : options.appends);
        const latencies = { ours: [] as number[], bare: [] as number[] };
        say(`${atOnce} in flight`);
        const rates = await alternate(options.rounds, {
          ours: async () => count / (await appends(contenders.ours, count, atOnce, latencies.ours)),
          bare: async () => count / (await appends(contenders.bare, count, atOnce, latencies.bare)),
        }, say);
        const ofBare = ratio(rates.ours, rates.bare);
        metrics[`inFlight${atOnce}`] = {
          appendsPerSecond: spreadOf(rates.ours), bareClientPerSecond: spreadOf(rates.bare), ratioToBareClient: ofBare,
          latencyMs: latenciesOf(latencies.ours), bareLatencyMs: latenciesOf(latencies.bare),
        };
        if (TARGETED.includes(atOnce)) targets.push(atLeast(`inFlight${atOnce}.ratioToBareClient.median`, TARGET, ofBare.median));
      }
      const rebuilt = await rebuildOn(connection, options, say);
      Object.assign(metrics, rebuilt.metrics);
      targets.push(...rebuilt.targets);
    } finally {
      await store.close();
      await client.dispose();
      await server?.kill();
    }
    return { metrics, targets };
  },
});

/** On the document store that the environment names, or on one that is installed here. */
async function rebuildOn(events: string, options: RebuildOptions, say: (line: string) => void): Promise<{ metrics: Metrics; targets: Target[] }> {
  const why = NAMED_DOCUMENTS === undefined ? whyNotInstalled() : undefined;
  if (why !== undefined) return { metrics: { rebuild: { skipped: why } }, targets: [] };
  const server = NAMED_DOCUMENTS === undefined ? await ProtocolServer.start(false) : undefined;
  try {
    const { metrics, targets } = await measureRebuild({ events, documents: inDatabaseOfItsOwn(NAMED_DOCUMENTS ?? server!.url) }, options, say);
    return { metrics: { documentServer: NAMED_DOCUMENTS ? 'the one named by GUANXI_TEST_DOCUMENT_STORE' : 'mongo-java-server, in a process of its own and in memory', ...metrics }, targets };
  } finally {
    await server?.remove();
  }
}

function throughAdapter(store: EventStore): AppendOne {
  return (stream, revision) => store.append(stream, revision === NO_REVISION ? 'none' : revision, [{ id: randomUUID(), type: 'CustomerRenamed', schemaVersion: 1, occurredAt, data, metadata }]);
}

function throughClient(client: EventStoreDBClient): AppendOne {
  return (stream, revision) => {
    const event = jsonEvent({ type: 'CustomerRenamed', data, metadata: { ...metadata, occurredAt, schemaVersion: 1 } });
    return client.appendToStream(stream, event, { expectedRevision: revision === NO_REVISION ? NO_STREAM : BigInt(revision) });
  };
}

/** @returns seconds that it took. */
function appends(append: AppendOne, count: number, atOnce: number, latencies: number[]): Promise<number> {
  const free = Array.from({ length: atOnce }, () => ({ stream: `bench-${randomUUID()}`, revision: NO_REVISION }));
  return seconds(() => inFlight(count, atOnce, async () => {
    const lane = free.pop()!;
    const started = performance.now();
    await append(lane.stream, lane.revision++);
    latencies.push(performance.now() - started);
    free.push(lane);
  }));
}
