import { BSON, MongoBulkWriteError, type AnyBulkWriteOperation, type Collection } from 'mongodb';
import { StoreUnavailable, type DocumentWrite, type Position } from '#event-sourcing';
import { DocumentTooLarge, isDuplicate } from './faults.js';
import { toStored, type Stored } from './stored-document.js';

interface Guarded {
  key: string;
  position: Position;
  replacement: Omit<Stored, '_id'>;
}

/** Documents in one message, and messages under way at once: the server works on some while others are being written. */
const DOCUMENTS = 1000;
const LANES = 4;
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/**
 * Writes each document where the stored position is below its own.
 * @throws DocumentTooLarge
 */
export async function writeGuarded(collection: Collection<Stored>, writes: readonly DocumentWrite[]): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < writes.length) {
      const chunk = writes.slice(next, (next += DOCUMENTS));
      await writeChunk(collection, chunk.map((write) => ({ key: write.key, position: write.position, replacement: toStored(write) })));
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
  const failed = lanes.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  if (failed) throw failed.reason;
}

/**
 * Sets a document where it stands at `expected`; undefined: where it was never written.
 * @returns whether it was set.
 */
export async function setWhere(collection: Collection<Stored>, write: DocumentWrite, expected: Position | undefined): Promise<boolean> {
  const { key: _id } = write;
  const stored = toStored(write);
  try {
    if (expected !== undefined) return (await collection.replaceOne({ _id, _position: expected }, stored)).matchedCount === 1;
    await collection.insertOne({ _id, ...stored } as Stored);
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw tooLarge(collection, [{ key: _id, position: write.position, replacement: stored }]) ?? error;
  }
}

async function writeChunk(collection: Collection<Stored>, chunk: readonly Guarded[]): Promise<void> {
  const present = await upsert(collection, chunk);
  if (present === undefined) {
    const middle = chunk.length >> 1;
    await writeChunk(collection, chunk.slice(0, middle));
    await writeChunk(collection, chunk.slice(middle));
  } else if (present.length > 0) {
    // Mostly they are as new. But one that did not match because it was not there yet may since have been inserted older.
    await collection.bulkWrite(present.map((write) => replaceOne(write, false)), { ordered: false });
  }
}

/**
 * @returns those that were there and did not match, which the server says as a duplicate key; undefined where it does
 * not tell what became of each, as servers do that stop at the first error.
 */
async function upsert(collection: Collection<Stored>, chunk: readonly Guarded[]): Promise<Guarded[] | undefined> {
  try {
    await collection.bulkWrite(chunk.map((write) => replaceOne(write, true)), { ordered: false });
    return [];
  } catch (error) {
    const duplicates = duplicatesIn(error);
    if (!duplicates) throw tooLarge(collection, chunk) ?? error;
    const { matchedCount, upsertedCount } = error as MongoBulkWriteError;
    const isComplete = matchedCount + upsertedCount + duplicates.length === chunk.length;
    return isComplete ? duplicates.map((index) => chunk[index]!) : undefined;
  }
}

function replaceOne({ key, position, replacement }: Guarded, upsert: boolean): AnyBulkWriteOperation<Stored> {
  return { replaceOne: { filter: { _id: key, _position: { $lt: position } }, replacement, upsert } };
}

/** Places of the writes that met a duplicate key; undefined where anything else went wrong. */
function duplicatesIn(error: unknown): number[] | undefined {
  if (!(error instanceof MongoBulkWriteError)) return undefined;
  const errors = [error.writeErrors].flat();
  if (errors.length === 0 || !errors.every(({ code }) => code === 11_000)) return undefined;
  const unconfirmed = error.result.getWriteConcernError();
  if (unconfirmed) throw new StoreUnavailable(`A write is not confirmed by a majority: ${unconfirmed.errmsg}`, { cause: error });
  return errors.map(({ index }) => index);
}

function tooLarge({ collectionName }: Collection<Stored>, chunk: readonly Guarded[]): DocumentTooLarge | undefined {
  for (const { key, replacement } of chunk) {
    const bytes = BSON.calculateObjectSize({ _id: key, ...replacement });
    if (bytes > MAX_DOCUMENT_BYTES) return new DocumentTooLarge(collectionName, key, bytes);
  }
  return undefined;
}
