import { BSON, MongoBulkWriteError, type AnyBulkWriteOperation, type Collection } from 'mongodb';
import { DocumentTooLarge, StoreUnavailable, type DocumentWrite, type Position } from '#event-sourcing';
import { isDuplicate } from './faults.js';
import { toStored, type Stored } from './stored-document.js';

interface Guarded {
  key: string;
  position: Position;
  stored: Omit<Stored, '_id'>;
}

/** What became of a message. */
interface Outcome {
  /** Documents that were not there before. */
  added: number;
  /** Those that were there and did not match, which servers say as a duplicate key. */
  present: readonly Guarded[];
}

interface Result {
  insertedCount: number;
  upsertedCount?: number;
}

/** Documents in one message, and messages under way at once: the server works on some while others are being written. */
const DOCUMENTS = 1000;
const LANES = 4;
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/**
 * Writes documents where the stored position is below their own. Documents that are new are inserted, which costs a
 * server less than to look for each first; that they are is guessed by collection from those before. Whatever the guess,
 * the outcome is the same.
 */
export class GuardedWriter {
  private readonly mostlyNew = new Map<string, boolean>();

  /** @throws DocumentTooLarge */
  async write(collection: Collection<Stored>, writes: readonly DocumentWrite[]): Promise<void> {
    let next = 0;
    const lane = async () => {
      while (next < writes.length) {
        const chunk = writes.slice(next, (next += DOCUMENTS));
        await this.writeChunk(collection, chunk.map((write) => ({ key: write.key, position: write.position, stored: toStored(write) })));
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
    const failed = lanes.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    if (failed) throw failed.reason;
  }

  private async writeChunk(collection: Collection<Stored>, chunk: readonly Guarded[]): Promise<void> {
    const { collectionName: name } = collection;
    const outcome = await (this.mostlyNew.get(name) ?? true ? insert(collection, chunk) : upsert(collection, chunk));
    if (outcome) {
      this.mostlyNew.set(name, outcome.added * 2 > chunk.length);
      await replace(collection, outcome.present);
    } else {
      const middle = chunk.length >> 1;
      await this.writeChunk(collection, chunk.slice(0, middle));
      await this.writeChunk(collection, chunk.slice(middle));
    }
  }
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
    throw tooLarge(collection, [{ key: _id, position: write.position, stored }]) ?? error;
  }
}

async function insert(collection: Collection<Stored>, chunk: readonly Guarded[]): Promise<Outcome | undefined> {
  const documents = chunk.map(({ key, stored }) => ({ _id: key, ...stored }) as Stored);
  return outcomeOf(collection, chunk, () => collection.insertMany(documents, { ordered: false }));
}

async function upsert(collection: Collection<Stored>, chunk: readonly Guarded[]): Promise<Outcome | undefined> {
  return outcomeOf(collection, chunk, () => collection.bulkWrite(chunk.map((write) => replaceOne(write, true)), { ordered: false }));
}

/**
 * Replaces what is there and older. Mostly none of it is; but one that did not match because it was not there yet may
 * since have been inserted by an older write.
 */
async function replace(collection: Collection<Stored>, present: readonly Guarded[]): Promise<void> {
  if (present.length === 0) return;
  try {
    await collection.bulkWrite(present.map((write) => replaceOne(write, false)), { ordered: false });
  } catch (error) {
    throw tooLarge(collection, present) ?? error;
  }
}

function replaceOne({ key, position, stored }: Guarded, upsert: boolean): AnyBulkWriteOperation<Stored> {
  return { replaceOne: { filter: { _id: key, _position: { $lt: position } }, replacement: stored, upsert } };
}

/** @returns undefined where the server does not tell what became of each, as servers do that stop at the first error. */
async function outcomeOf(collection: Collection<Stored>, chunk: readonly Guarded[], write: () => Promise<Result>): Promise<Outcome | undefined> {
  try {
    return { added: addedBy(await write()), present: [] };
  } catch (error) {
    const duplicates = duplicatesIn(error);
    if (!duplicates) throw tooLarge(collection, chunk) ?? error;
    const { result } = error as MongoBulkWriteError;
    const isComplete = addedBy(result) + result.matchedCount + duplicates.length >= chunk.length;
    if (!isComplete && chunk.length > 1) return undefined;
    return { added: chunk.length - duplicates.length - result.matchedCount, present: duplicates.map((index) => chunk[index]!) };
  }
}

const addedBy = ({ insertedCount, upsertedCount = 0 }: Result): number => insertedCount + upsertedCount;

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
  const documents = chunk
    .map(({ key, stored }) => ({ key, bytes: BSON.calculateObjectSize({ _id: key, ...stored }) }))
    .filter(({ bytes }) => bytes > MAX_DOCUMENT_BYTES);
  return documents.length > 0 ? new DocumentTooLarge(collectionName, documents, 'a document of MongoDB ends at 16 MB') : undefined;
}
