import { openApplication, registerCustomers, rename, someIds, type Application } from './application.js';
import { alternate, atLeast, atMost, benchmark, inFlight, latenciesOf, ratio, seconds, spreadOf } from './harness.js';
import { picking, randomNumbers } from './random.js';
import { RawEvents, rowsOf, type RawRow } from './raw-events.js';

/** Raw inserts go 256 to a transaction, as many as we have commands in flight. */
const AT_ONCE = 256;

export const commands = benchmark({
  name: 'commands',
  summary: 'Validated commands of one event each through the CommandBus on SQLite, against raw inserts of the same rows.',
  options: { customers: 10_000, events: 20_000, rounds: 7 },

  async run({ options, folder, say }) {
    const [ours, theirs] = [folder(), folder()];
    const customerIds = someIds(options.customers);
    const application = await openApplication(ours);
    const indexed = new RawEvents(theirs, { indexed: true });
    const bare = new RawEvents(theirs, { indexed: false });
    await registerCustomers(application, customerIds);
    const copied = { to: 0 };
    const newRows = () => rowsSince(ours, copied);
    const registered = newRows();
    for (const raw of [indexed, bare]) raw.insert(registered, AT_ONCE);

    const latencies: number[] = [];
    const next = picking(customerIds, randomNumbers(1));
    let rows: RawRow[] = [];
    const rates = await alternate(options.rounds, {
      ours: async () => {
        const took = await seconds(() => renames(application, next, options.events, latencies));
        rows = newRows();
        return options.events / took;
      },
      raw: async () => rows.length / (await seconds(() => indexed.insert(rows, AT_ONCE))),
      rawWithoutIndex: async () => rows.length / (await seconds(() => bare.insert(rows, AT_ONCE))),
    }, say);

    await application.close();
    indexed.close();
    bare.close();
    const ofRaw = ratio(rates.ours, rates.raw);
    const latency = latenciesOf(latencies);
    return {
      metrics: {
        commandsPerSecond: spreadOf(rates.ours),
        rawInsertsPerSecond: spreadOf(rates.raw),
        rawInsertsPerSecondWithoutStreamIndex: spreadOf(rates.rawWithoutIndex),
        ratioToRaw: ofRaw,
        ratioToRawWithoutStreamIndex: ratio(rates.ours, rates.rawWithoutIndex),
        latencyMs: latency,
        inFlight: AT_ONCE,
        customers: options.customers,
        eventsPerRound: options.events,
        durability: 'both: WAL, synchronous=FULL, flushed before an answer',
        raw: 'one prepared INSERT of the same ten columns, a primary key of position and a unique index of (stream, revision), 256 rows in a transaction',
      },
      targets: [atLeast('ratioToRaw.median', 0.35, ofRaw.median), atMost('latencyMs.p99', 50, latency.p99)],
    };
  },
});

async function renames(application: Application, next: () => string, count: number, latencies: number[]): Promise<void> {
  await inFlight(count, AT_ONCE, async (index) => {
    const started = performance.now();
    await application.execute(rename(next(), `Customer ${index} of ${started}`));
    latencies.push(performance.now() - started);
  });
}

function rowsSince(folder: string, copied: { to: number }): RawRow[] {
  const rows = rowsOf(folder, copied.to);
  copied.to = rows.at(-1)![0] as number;
  return rows;
}
