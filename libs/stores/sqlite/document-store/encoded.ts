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

/**
 * The batch in parts, each made when it is asked for; what is small goes into one part, since each part is a turn of the
 * thread that writes. @throws TypeError a key or a document that the file could not give back.
 */
export function* encodedParts(batch: readonly CollectionWrites[]): Generator<EncodedWrites[]> {
  let part: EncodedWrites[] = [];
  let room = PART;
  for (const { collection, writes } of batch) {
    for (let begin = 0; begin < writes.length; ) {
      const piece = writes.slice(begin, begin + room);
      part.push(encode(collection, piece));
      begin += piece.length;
      room -= piece.length;
      if (room > 0) continue;
      yield part;
      [part, room] = [[], PART];
    }
  }
  if (part.length > 0) yield part;
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
