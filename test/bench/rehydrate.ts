import type { Engine } from '#event-sourcing';
import { Customer } from '../../libs/customers/domain/customer.js';
import { SNAPSHOTS } from '../../libs/event-sourcing/writing/snapshots.js';
import { openApplication, someIds } from './application.js';
import { longHistory } from './customer-log.js';
import { atMost, benchmark, latenciesOf, milliseconds } from './harness.js';

const COLD_EVENTS = 1_000;
const SNAPSHOT_EVENTS = 10_000;
/** Events after the newest snapshot: half of what the policy lets come to be. */
const AFTER_SNAPSHOT = 50;

export const rehydrate = benchmark({
  name: 'rehydrate',
  summary: 'One customer loaded from the store: 1,000 events without a snapshot, 10,000 events with one.',
  options: { aggregates: 100, long: 20, rounds: 6 },

  async run({ options, folder, say }) {
    const at = folder();
    const [short, long] = [someIds(options.aggregates), someIds(options.long)];
    say(`appending ${options.aggregates} customers of ${COLD_EVENTS} events and ${options.long} of ${SNAPSHOT_EVENTS}`);
    await fill(at, short, long);

    // One hot aggregate at the most, so that each is loaded from the store whenever it is asked for.
    const { engine, close } = await openApplication(at, { aggregates: { cacheSize: 1 } });
    await engine.aggregates.state(Customer, long[0]!);
    const cold: number[] = [];
    const withSnapshot: number[] = [];
    // The first round is of code that is not compiled yet, and is not counted.
    for (let round = 0; round <= options.rounds; round++) {
      const [coldNow, withSnapshotNow] = round === 0 ? [[], []] : [cold, withSnapshot];
      for (const id of short) coldNow.push(await loading(engine, id, COLD_EVENTS));
      await forgetSnapshots(engine, short);
      const repeats = Math.ceil(short.length / long.length);
      for (let repeat = 0; repeat < repeats; repeat++) {
        for (const id of long) withSnapshotNow.push(await loading(engine, id, SNAPSHOT_EVENTS + AFTER_SNAPSHOT));
      }
      say(round === 0 ? 'warmed up' : `round ${round} of ${options.rounds}`);
    }
    await close();
    const [coldMs, withSnapshotMs] = [latenciesOf(cold), latenciesOf(withSnapshot)];
    return {
      metrics: {
        coldMs,
        withSnapshotMs,
        cold: `${COLD_EVENTS} events, not in the engine's cache, no snapshot; the file is in the system's cache`,
        withSnapshot: `${SNAPSHOT_EVENTS} events under a snapshot and ${AFTER_SNAPSHOT} after it`,
      },
      targets: [atMost('coldMs.p99', 5, coldMs.p99), atMost('withSnapshotMs.p99', 2, withSnapshotMs.p99)],
    };
  },
});

/** Long customers get a snapshot by being loaded once, and then more events. */
async function fill(folder: string, short: readonly string[], long: readonly string[]): Promise<void> {
  const { engine, close } = await openApplication(folder);
  const { events } = engine;
  for (const id of short) await appendHistory(events, id, longHistory(id, COLD_EVENTS));
  for (const id of long) {
    const history = longHistory(id, SNAPSHOT_EVENTS + AFTER_SNAPSHOT);
    await appendHistory(events, id, history.slice(0, SNAPSHOT_EVENTS));
    await engine.aggregates.state(Customer, id);
    await appendHistory(events, id, history.slice(SNAPSHOT_EVENTS));
  }
  await close();
}

async function appendHistory(events: Engine['events'], id: string, history: ReturnType<typeof longHistory>): Promise<void> {
  for (let first = 0; first < history.length; first += 1_000) await events.append(Customer.streamOf(id), 'any', history.slice(first, first + 1_000));
}

async function loading(engine: Engine, id: string, events: number): Promise<number> {
  let revision = -1;
  const took = await milliseconds(async () => ({ revision } = await engine.aggregates.state(Customer, id)));
  if (revision !== events - 1) throw new Error(`Customer ${id} was loaded at revision ${revision} and has ${events} events.`);
  return took;
}

/** Loading without a snapshot leaves one behind. */
async function forgetSnapshots({ documents }: Engine, ids: readonly string[]): Promise<void> {
  const positions = await documents.load(SNAPSHOTS, ids.map((id) => Customer.streamOf(id)));
  const writes = [...positions].map(([key, { position }]) => ({ key, document: null, position: position + 1 }));
  await documents.write([{ collection: SNAPSHOTS, writes }]);
}
