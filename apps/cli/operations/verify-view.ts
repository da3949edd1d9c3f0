import { BEGINNING, eventsByKey, foldDocument, partitionOf, type Document, type Engine, type Partition, type Row } from '#event-sourcing';

/** Documents folded in memory at the same time, about. */
const DOCUMENTS_AT_ONCE = 100_000;

export interface Verification {
  view: string;
  documents: number;
  /** Keys of documents that are stored otherwise than their events make them. */
  different: string[];
  /** Keys of documents that the events make and that are not stored. */
  missing: string[];
  /** Keys of documents that are stored and that no events make. */
  surplus: string[];
}

/**
 * Folds a view from the first event on, in memory, and compares every document with the stored one. The view must be
 * up to date and nobody may write meanwhile. Large views are taken part by part: the log is read once for each.
 * @throws ViewFailed an event's documents cannot be told.
 */
export async function verifyView(engine: Engine, name: string, onProgress: (done: number, total: number) => void): Promise<Verification> {
  const result: Verification = { view: name, documents: 0, different: [], missing: [], surplus: [] };
  const collection = engine.projector.get(name).answering!;
  const count = Math.max(1, Math.ceil((await engine.documents.count(collection)) / DOCUMENTS_AT_ONCE));
  const head = await engine.events.head();
  for (let index = 0; index < count; index++) {
    const rows = await fold(engine, name, { index, count }, (position) => onProgress(index * head + position, count * head));
    await compare(engine.documents.scan(collection), rows, { index, count }, result);
  }
  return result;
}

async function fold(engine: Engine, name: string, partition: Partition, onPage: (position: number) => void): Promise<Map<string, Row>> {
  const { view, types, written } = engine.projector.get(name);
  const rows = new Map<string, Row>();
  await engine.readings.upTo(written);
  const reading = engine.readings.at(written);
  // A document whose fold fails stays as it was before: so it does in the store, where it waits as a dead letter.
  const failed = new Set<string>();
  for await (const page of engine.events.readAll({ after: BEGINNING, until: written, filter: { types } })) {
    for (const [key, events] of eventsByKey(view, reading.all(page.events), partition)) {
      if (failed.has(key)) continue;
      const { after, failure } = foldDocument(view, key, rows.get(key), events);
      if (after) rows.set(key, after);
      if (failure) failed.add(key);
    }
    onPage(page.position);
  }
  return rows;
}

async function compare(stored: AsyncIterable<readonly Document[]>, rows: Map<string, Row>, { index, count }: Partition, result: Verification): Promise<void> {
  for await (const documents of stored) {
    for (const { _id: key, ...document } of documents) {
      if (partitionOf(key, count) !== index) continue;
      result.documents++;
      const made = rows.get(key)?.row;
      if (made === undefined) result.surplus.push(key);
      else if (!isSame(document, made)) result.different.push(key);
      rows.delete(key);
    }
  }
  for (const [key, { row }] of rows) if (row !== undefined) result.missing.push(key);
}

/** The same bytes, once the fields of both are in the same order: JSON gives their order no meaning. */
function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other) || ordered(one) === ordered(other);
}

function ordered(value: object): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
