import type { CollectionWrites, DocumentWrite, Position } from '#event-sourcing';
import { isKey } from './narrowing.js';

/** Writes of one collection, one array for each column: that crosses between threads at the least cost. */
export interface EncodedWrites {
  collection: string;
  keys: string[];
  positions: Position[];
  /** JSON; null for a removal. */
  documents: (string | null)[];
}

/** @throws TypeError a key or a document that the file could not give back. */
export function encode({ collection, writes }: CollectionWrites): EncodedWrites {
  const encoded: EncodedWrites = { collection, keys: [], positions: [], documents: [] };
  for (const { key, position, document } of writes) {
    if (!isKey(key)) throw new TypeError(`The key ${JSON.stringify(key)} must be text without NUL characters and halves of surrogate pairs.`);
    encoded.keys.push(key);
    encoded.positions.push(position);
    encoded.documents.push(document === null ? null : JSON.stringify(document));
  }
  return encoded;
}

export function encodeOne(collection: string, write: DocumentWrite): EncodedWrites {
  return encode({ collection, writes: [write] });
}
