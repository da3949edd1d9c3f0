import { Binary, type Collection } from 'mongodb';
import { silentLog, type Log } from '#event-sourcing';
import type { ErasureOrder, KeyStore, NewKey, StoredKey, WrappingKey } from '#privacy';
import { mongoAddress } from './address.js';
import { MongoConnection } from './connection.js';
import { hasCode } from './faults.js';

const SUBJECT_KEYS = 'subject_keys';
const WRAPPING_KEYS = 'wrapping_keys';
const DUPLICATE_KEY = 11_000;

interface KeyDocument {
  /** The subject. */
  _id: string;
  fingerprint: string | null;
  generation: number | null;
  wrapped: Binary | null;
  order: ErasureOrder | null;
  finished: boolean;
}

interface WrappingKeyDocument {
  /** The generation. */
  _id: number;
  wrapped: string;
}

export interface MongoKeyStoreOptions {
  /** `mongodb://` or `mongodb+srv://`; better another database than that of the documents, with backups of its own. */
  url: string;
  log?: Log;
}

/**
 * Keys in MongoDB, for processes on several machines. Each change is on a majority of the nodes when it is answered. What
 * the server keeps of a destroyed key, in its oplog and its backups, is wrapped, and unreadable after the next rotation.
 */
export class MongoKeyStore implements KeyStore {
  private readonly connection: MongoConnection;

  /** Connects when it is first used. @throws InvalidAddress the connection string is wrong; says why. */
  constructor({ url, log = silentLog }: MongoKeyStoreOptions) {
    this.connection = new MongoConnection(mongoAddress(url), log, 'key store');
  }

  async load(subjects: readonly string[]): Promise<Map<string, StoredKey>> {
    if (subjects.length === 0) return new Map();
    const found = await this.keys((keys) => keys.find({ _id: { $in: [...subjects] } }).toArray());
    return new Map(found.map((document) => [document._id, toStoredKey(document)]));
  }

  async add(keys: readonly NewKey[]): Promise<Map<string, StoredKey>> {
    await this.keys(async (collection) => {
      const documents = keys.map(({ subject, fingerprint, wrapped }) => ({ _id: subject, fingerprint, generation: wrapped.generation, wrapped: new Binary(wrapped.bytes), order: null, finished: false }));
      await ignoringDuplicates(() => collection.insertMany(documents, { ordered: false }));
    });
    return this.load(keys.map(({ subject }) => subject));
  }

  async destroy(subject: string, order: ErasureOrder): Promise<StoredKey> {
    await this.keys(async (keys) => {
      const destroyed = { generation: null, wrapped: null, order, finished: false };
      const { matchedCount } = await keys.updateOne({ _id: subject, order: null }, { $set: destroyed });
      if (matchedCount === 1) return;
      const added = await ignoringDuplicates(() => keys.insertOne({ _id: subject, fingerprint: null, ...destroyed }));
      // Its first key may have come between the two.
      if (!added) await keys.updateOne({ _id: subject, order: null }, { $set: destroyed });
    });
    return (await this.load([subject])).get(subject)!;
  }

  async erased(): Promise<string[]> {
    const found = await this.keys((keys) => keys.find({ order: { $ne: null } }, { projection: { _id: 1 } }).toArray());
    return found.map(({ _id }) => _id);
  }

  async unfinished(): Promise<StoredKey[]> {
    return (await this.keys((keys) => keys.find({ order: { $ne: null }, finished: false }).toArray())).map(toStoredKey);
  }

  async finish(subject: string): Promise<void> {
    await this.keys((keys) => keys.updateOne({ _id: subject }, { $set: { finished: true } }));
  }

  async wrappingKeys(): Promise<WrappingKey[]> {
    const found = await this.wrapping((keys) => keys.find({}, { sort: { _id: -1 } }).toArray());
    return found.map(({ _id, wrapped }) => ({ generation: _id, wrapped }));
  }

  async addWrappingKey({ generation, wrapped }: WrappingKey): Promise<boolean> {
    return this.wrapping((keys) => ignoringDuplicates(() => keys.insertOne({ _id: generation, wrapped })));
  }

  async replaceWrappingKey({ generation, wrapped }: WrappingKey): Promise<void> {
    await this.wrapping((keys) => keys.updateOne({ _id: generation }, { $set: { wrapped } }));
  }

  async removeWrappingKey(generation: number): Promise<void> {
    await this.wrapping((keys) => keys.deleteOne({ _id: generation }));
  }

  async wrappedBefore(generation: number, limit: number): Promise<StoredKey[]> {
    return (await this.keys((keys) => keys.find({ generation: { $lt: generation } }, { limit }).toArray())).map(toStoredKey);
  }

  async rewrap(keys: readonly StoredKey[]): Promise<void> {
    if (keys.length === 0) return;
    await this.keys((collection) =>
      collection.bulkWrite(
        keys.map(({ subject, wrapped }) => ({
          updateOne: { filter: { _id: subject, order: null }, update: { $set: { generation: wrapped!.generation, wrapped: new Binary(wrapped!.bytes) } } },
        })),
        { ordered: false },
      ),
    );
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private keys<T>(work: (keys: Collection<KeyDocument>) => Promise<T>): Promise<T> {
    return this.connection.use((database) => work(database.collection<KeyDocument>(SUBJECT_KEYS)));
  }

  private wrapping<T>(work: (keys: Collection<WrappingKeyDocument>) => Promise<T>): Promise<T> {
    return this.connection.use((database) => work(database.collection<WrappingKeyDocument>(WRAPPING_KEYS)));
  }
}

/** @returns whether all were new. */
async function ignoringDuplicates(insert: () => Promise<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    if (!hasCode(error, DUPLICATE_KEY)) throw error;
    return false;
  }
}

function toStoredKey({ _id, fingerprint, generation, wrapped, order }: KeyDocument): StoredKey {
  return { subject: _id, fingerprint, wrapped: wrapped && { generation: generation!, bytes: Buffer.from(wrapped.buffer) }, order };
}
