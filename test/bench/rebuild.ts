import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { contexts, openStores } from '#composition';
import { EventTypes } from '#event-sourcing';
import { withSealing } from '#privacy';
import { appendAll, customerLog } from './customer-log.js';
import { alternate, atLeast, atMost, benchmark, ratio, spreadOf } from './harness.js';
import type { Measured, Part } from './rebuild.child.js';

export const rebuild = benchmark({
  name: 'rebuild',
  summary: 'The whole log folded into customer_360, against a raw scan of the same rows with JSON.parse.',
  options: { events: 1_000_000, customers: 50_000, rounds: 5 },

  async run({ options, folder, say }) {
    const at = folder();
    say(`appending ${options.events} events of ${options.customers} customers`);
    await fill(at, options.events, options.customers);
    say('filling customer_360 for the first time');
    const first = await inChild('fill', at);

    const memory: number[] = [];
    const processor = { rebuild: [] as number[], raw: [] as number[] };
    const rates = await alternate(options.rounds, {
      rebuild: async () => {
        const { events, seconds, processorSeconds, peakMemoryMiB } = await inChild('rebuild', at);
        if (events !== options.events) throw new Error(`customer_360 folded ${events} of ${options.events} events.`);
        memory.push(peakMemoryMiB);
        processor.rebuild.push(events / processorSeconds);
        return events / seconds;
      },
      raw: async () => {
        const { events, seconds, processorSeconds } = await inChild('raw', at);
        processor.raw.push(events / processorSeconds);
        return events / seconds;
      },
      rawWithMetadata: async () => {
        const { events, seconds } = await inChild('raw-with-metadata', at);
        return events / seconds;
      },
    }, say);
    const ofRaw = ratio(rates.rebuild, rates.raw);
    const peak = Math.max(...memory);
    return {
      metrics: {
        eventsPerSecond: spreadOf(rates.rebuild),
        rawEventsPerSecond: spreadOf(rates.raw),
        ratioToRaw: ofRaw,
        ratioToRawThatParsesMetadataToo: ratio(rates.rebuild, rates.rawWithMetadata),
        ratioToRawInProcessorTime: ratio(processor.rebuild, processor.raw),
        peakMemoryMiB: peak,
        firstFill: { eventsPerSecond: first.events / first.seconds, peakMemoryMiB: first.peakMemoryMiB },
        documents: first.documents!,
        how: 'each in a process of its own; peak memory is the resident set of the whole process; a rebuild ends when the new documents are stored and answer',
        raw: 'SELECT of all columns in order, data parsed',
      },
      targets: [atLeast('ratioToRaw.median', 0.4, ofRaw.median), atMost('peakMemoryMiB', 600, peak)],
    };
  },
});

/** A log as the program writes it; without seals where it is to be compared with such a one. */
export async function fill(folder: string, events: number, customers: number, seal = true): Promise<void> {
  const stores = await openStores({ data: folder, eventStore: 'embedded', documentStore: 'embedded' });
  const log = withSealing(stores.events, stores.keys, new EventTypes(contexts.flatMap((context) => context.events)), { seal });
  await appendAll(log, customerLog({ events, customers, seed: 1 }), events);
  await stores.close();
}

export function inChild(part: Part, folder: string): Promise<Measured> {
  const child = fork(fileURLToPath(new URL('./rebuild.child.js', import.meta.url)), [part, folder], { stdio: ['ignore', 2, 2, 'ipc'] });
  return new Promise((resolve, reject) => {
    let measured: Measured | undefined;
    child.on('message', (message) => (measured = message as Measured));
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 && measured ? resolve(measured) : reject(new Error(`The process for "${part}" ended with ${code}.`))));
  });
}
