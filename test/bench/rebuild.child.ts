import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { Engine, noTelemetry, type AnyView } from '#event-sourcing';
import { contexts, openStores } from '#composition';
import { withSealing } from '#privacy';
import { effort } from './harness.js';

/** `fill`: the view for the first time; `rebuild`: again, beside the one that answers; `raw`: the rows alone. */
export type Part = 'fill' | 'rebuild' | 'raw' | 'raw-with-metadata';

export interface Measured {
  events: number;
  seconds: number;
  processorSeconds: number;
  peakMemoryMiB: number;
  documents?: number;
}

type Work = Omit<Measured, 'peakMemoryMiB'>;

const VIEW = 'customer_360';
const [part, folder] = process.argv.slice(2) as [Part, string];

const work = part === 'fill' || part === 'rebuild' ? await engine(part) : await raw(part === 'raw-with-metadata');
process.send!({ ...work, peakMemoryMiB: process.resourceUsage().maxRSS / 1024 } satisfies Measured);
process.disconnect();

async function engine(part: 'fill' | 'rebuild'): Promise<Work> {
  const stores = await openStores({ data: folder, eventStore: 'embedded', documentStore: 'embedded' });
  let events = 0;
  const telemetry = { ...noTelemetry, eventsFolded: (_: string, count: number) => void (events += count) };
  const context = { name: 'bench', aggregates: [], events: [], decisions: [], views: [view()] };
  const { projector, documents } = new Engine({
    contexts: [context], events: stores.events, documents: stores.documents, telemetry, protect: (log, types) => withSealing(log, stores.keys, types),
  });
  const head = await stores.events.head();
  const filled = async () => {
    await projector.start();
    if (!(await projector.reaches(VIEW, head, 3_600_000))) throw new Error(`${VIEW} did not come to the end of the log.`);
  };
  const rebuilt = async () => {
    const before = projector.get(VIEW).answering;
    await projector.rebuild(VIEW);
    while (projector.get(VIEW).answering === before) await pause(5);
  };
  if (part === 'rebuild') await filled();
  events = 0;
  const took = await effort(part === 'fill' ? filled : rebuilt);
  const { deadLetters } = (await projector.status()).views[0]!;
  if (deadLetters > 0) throw new Error(`${deadLetters} documents of ${VIEW} are dead letters.`);
  const work = { events, ...took, documents: await documents.count(projector.get(VIEW).answering!) };
  await projector.stop();
  await stores.close();
  return work;
}

function view(): AnyView {
  const found = contexts.flatMap(({ views }) => views).find(({ name }) => name === VIEW);
  if (!found) throw new Error(`There is no view ${VIEW}.`);
  return found;
}

async function raw(metadataToo: boolean): Promise<Work> {
  const database = new DatabaseSync(join(folder, 'events.db'), { readOnly: true });
  const scan = database.prepare('SELECT * FROM events ORDER BY position', { returnArrays: true });
  let events = 0;
  const took = await effort(() => {
    for (const row of scan.iterate() as Iterable<string[]>) {
      const parsed = [JSON.parse(row[8]!), metadataToo && JSON.parse(row[9]!)] as unknown[];
      if (typeof parsed[0] === 'object') events++;
    }
  });
  database.close();
  return { events, ...took };
}
