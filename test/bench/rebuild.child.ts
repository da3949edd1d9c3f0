import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { Engine, noTelemetry, type AnyView } from '#event-sourcing';
import { contexts, openStores } from '#composition';
import { seconds } from './harness.js';

export type Part = 'fill' | 'rebuild' | 'raw';

export interface Measured {
  events: number;
  seconds: number;
  peakMemoryMiB: number;
  documents?: number;
  secondsParsingAll?: number;
}

const VIEW = 'customer_360';
const [part, folder] = process.argv.slice(2) as [Part, string];

const measured = part === 'raw' ? await raw() : await engine(part);
process.send!({ ...measured, peakMemoryMiB: process.resourceUsage().maxRSS / 1024 } satisfies Measured);
process.disconnect();

async function engine(part: 'fill' | 'rebuild'): Promise<Omit<Measured, 'peakMemoryMiB'>> {
  const stores = await openStores({ data: folder, eventStore: 'embedded', documentStore: 'embedded' });
  let events = 0;
  const telemetry = { ...noTelemetry, eventsFolded: (_: string, count: number) => void (events += count) };
  const { projector, documents, ...rest } = new Engine({ contexts: [{ name: 'bench', aggregates: [], events: [], decisions: [], views: [view()] }], events: stores.events, documents: stores.documents, telemetry });
  void rest;
  const head = await stores.events.head();
  const start = () => projector.start();
  const took = part === 'fill' ? await seconds(async () => {
    await start();
    await projector.reaches(VIEW, head, 3_600_000);
  }) : await rebuilding();
  const documentCount = await documents.count(projector.get(VIEW).answering!);
  const { deadLetters } = (await projector.status()).views[0]!;
  if (deadLetters > 0) throw new Error(`${deadLetters} documents of ${VIEW} are dead letters.`);
  await projector.stop();
  await stores.close();
  return { events, seconds: took, documents: documentCount };

  async function rebuilding(): Promise<number> {
    await start();
    await projector.reaches(VIEW, head, 60_000);
    events = 0;
    const before = projector.get(VIEW).answering;
    return seconds(async () => {
      await projector.rebuild(VIEW);
      while (projector.get(VIEW).answering === before) await pause(5);
    });
  }
}

function view(): AnyView {
  const found = contexts.flatMap(({ views }) => views).find(({ name }) => name === VIEW);
  if (!found) throw new Error(`There is no view ${VIEW}.`);
  return found;
}

async function raw(): Promise<Omit<Measured, 'peakMemoryMiB'>> {
  const database = new DatabaseSync(join(folder, 'events.db'), { readOnly: true });
  const scan = database.prepare('SELECT * FROM events ORDER BY position', { returnArrays: true });
  let events = 0;
  const data = await seconds(() => {
    for (const row of scan.iterate() as Iterable<string[]>) if (typeof JSON.parse(row[8]!) === 'object') events++;
  });
  let both = 0;
  const all = await seconds(() => {
    for (const row of scan.iterate() as Iterable<string[]>) if (typeof JSON.parse(row[8]!) === 'object' && typeof JSON.parse(row[9]!) === 'object') both++;
  });
  if (both !== events) throw new Error('The two scans found different rows.');
  database.close();
  return { events, seconds: data, secondsParsingAll: all };
}
