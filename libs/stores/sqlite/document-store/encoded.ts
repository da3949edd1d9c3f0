import type { CollectionWrites, DocumentWrite, Position } from '#event-sourcing';
import { checkKey } from '../../keys.js';

/** Writes of one collection, one array for each column: that crosses between threads at the least cost. */
export interface EncodedWrites {
  collection: string;
  keys: string[];
  positions: Position[];
  /** JSON; null for a removal. */
  documents: (string | null)[];
}

/** Documents in a part: some milliseconds of work. */
const PART = 2_000;

/** The batch in parts, each made when it is asked for. @throws TypeError a key or a document that the file could not give back. */
export function* encodedParts(batch: readonly CollectionWrites[]): Generator<EncodedWrites> {
  for (const { collection, writes } of batch) {
    for (let begin = 0; begin < writes.length; begin += PART) yield encode(collection, writes.slice(begin, begin + PART));
  }
}

/** @throws TypeError a key or a document that the file could not give back. */
export function encode(collection: string, writes: readonly DocumentWrite[]): EncodedWrites {
  const encoded: EncodedWrites = { collection, keys: [], positions: [], documents: [] };
  for (const { key, position, document } of writes) {
    checkKey(key);
    encoded.keys.push(key);
    encoded.positions.push(position);
    encoded.documents.push(document === null ? null : JSON.stringify(document));
  }
  return encoded;
}
