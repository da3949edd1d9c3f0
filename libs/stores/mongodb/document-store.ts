import type { Collection, Db } from 'mongodb';
import {
  QueryTooExpensive,
  silentLog,
  type AggregateOptions,
  type CollectionWrites,
  type Document,
  type DocumentStore,
  type DocumentWrite,
  type Filter,
  type FindOptions,
  type IndexSpec,
  type Log,
  type Pipeline,
  type Position,
  type StoredDocument,
} from '#event-sourcing';
import { aggregatePages, checkFilter, checkFindOptions, checkPipeline, totalSort } from '#event-sourcing/query';
import { scanned } from '../scanning.js';
import { mongoAddress } from './address.js';
import { MongoConnection } from './connection.js';
import { explainQuery, isMissing, isUnknownOperator, notInTime, tooLong } from './faults.js';
import { GuardedWriter, setWhere } from './guarded-writes.js';
import { makeCollection, reconcileIndexes } from './indexes.js';
import { leadingFilter, liveFilter, livePipeline, liveProjection, pipelineOf } from './queries.js';
import { LIVE, toResult, toStoredDocument, type Stored } from './stored-document.js';

const TIMEOUT_MS = 30_000;
/** A server that does not keep the time itself gets that much longer, then it is no longer listened to. */
const GRACE_MS = 1_000;
const PAGE_SIZE = 500;
const KEYS = 10_000;

export interface MongoDocumentStoreOptions {
  /** `mongodb://` or `mongodb+srv://`; the database that it names is ours alone, `guanxi` where it names none. */
  url: string;
  /** Told once when the server does not answer, and once when it does again. */
  log?: Log;
  /** Milliseconds that a query may take where it names none itself. */
  timeoutMs?: number;
}

type Limits = { signal: AbortSignal; maxTimeMS: number };

/**
 * The read models in MongoDB: a collection each, a document under its key with the position beside its fields. Works
 * on a standalone server, a replica set and a sharded cluster; needs neither transactions nor change streams.
 */
export class MongoDocumentStore implements DocumentStore {
  private readonly connection: MongoConnection;
  private readonly writer = new GuardedWriter();
  private readonly timeoutMs: number;

  /** Connects when it is first used. @throws InvalidAddress the connection string is wrong; says why. */
  constructor({ url, log = silentLog, timeoutMs = TIMEOUT_MS }: MongoDocumentStoreOptions) {
    this.connection = new MongoConnection(mongoAddress(url), log);
    this.timeoutMs = timeoutMs;
  }

  async ensureCollection(collection: string, indexes: readonly IndexSpec[] = []): Promise<void> {
    await this.connection.use(async (database) => {
      await makeCollection(database, collection);
      await reconcileIndexes(database.collection(collection), indexes);
    });
  }

  async dropCollection(collection: string): Promise<void> {
    await this.connection.use((database) => dropCollection(database, collection));
  }

  async listCollections(): Promise<string[]> {
    const listed = await this.connection.use((database) => database.listCollections({}, { nameOnly: true }).toArray());
    return listed.map(({ name }) => name).filter((name) => !name.startsWith('system.')).sort();
  }

  async write(batch: readonly CollectionWrites[]): Promise<void> {
    for (const { collection, writes } of batch) await this.with(collection, (stored) => this.writer.write(stored, writes));
  }

  async load(collection: string, keys: readonly string[]): Promise<Map<string, StoredDocument>> {
    const loaded = new Map<string, StoredDocument>();
    for (let next = 0; next < keys.length; next += KEYS) {
      const $in = keys.slice(next, next + KEYS);
      const found = await this.with(collection, (stored) => stored.find({ _id: { $in } }, this.inTime).toArray().catch(notInTime));
      for (const document of found) loaded.set(document._id, toStoredDocument(document));
    }
    return loaded;
  }

  async compareAndSet(collection: string, write: DocumentWrite, expected: Position | undefined): Promise<boolean> {
    return this.with(collection, (stored) => setWhere(stored, write, expected));
  }

  async get(collection: string, key: string): Promise<Document | undefined> {
    const found = await this.with(collection, (stored) => stored.findOne({ _id: key }, this.inTime).catch(notInTime));
    return found && !found._removed ? toResult<Document>(found) : undefined;
  }

  async find(collection: string, options: FindOptions = {}): Promise<Document[]> {
    checkFindOptions(options);
    const [filter, projection] = [liveFilter(options.filter), liveProjection(options.projection)];
    const pipeline = pipelineOf(options);
    if (!filter || !projection) return this.aggregate(collection, pipeline) as Promise<Document[]>;
    const { skip = 0, limit = 0 } = options;
    const found = await this.answer(collection, pipeline, {}, (stored, limits) =>
      stored.find(filter, { projection, sort: totalSort(options.sort), skip, limit, ...limits }).toArray());
    return found.map((document) => toResult<Document>(document));
  }

  scan(collection: string, filter: Filter = {}): AsyncIterable<readonly Document[]> {
    return scanned((options) => this.find(collection, options), filter, PAGE_SIZE);
  }

  async count(collection: string, filter: Filter = {}): Promise<number> {
    checkFilter(filter);
    const [result] = await this.aggregate(collection, [{ $match: filter }, { $group: { _id: null, n: { $sum: 1 } } }]);
    return (result?.n as number | undefined) ?? 0;
  }

  async aggregate(collection: string, pipeline: Pipeline, options: AggregateOptions = {}): Promise<Record<string, unknown>[]> {
    checkPipeline(pipeline);
    const { maxDocuments = Infinity } = options;
    const cut = maxDocuments < Infinity ? [{ $limit: maxDocuments + 1 }] : [];
    const found = await this.answer(collection, pipeline, options, (stored, limits) =>
      stored.aggregate([...livePipeline(pipeline), ...cut], limits).toArray());
    if (found.length > maxDocuments) throw new QueryTooExpensive(`The pipeline gives more than the ${maxDocuments} documents allowed. Narrow it, or add a $limit.`);
    return found.map((result) => toResult(result));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private get inTime(): { maxTimeMS: number } {
    return { maxTimeMS: this.timeoutMs };
  }

  private with<T>(collection: string, work: (stored: Collection<Stored>) => Promise<T>): Promise<T> {
    return this.connection.use((database) => work(database.collection<Stored>(collection)));
  }

  /** Lets the server answer a query, or the engine where the server's version lacks a part of the language. */
  private async answer<T>(
    collection: string,
    pipeline: Pipeline,
    { timeoutMs = this.timeoutMs, maxDocuments = Infinity }: AggregateOptions,
    ask: (stored: Collection<Stored>, limits: Limits) => Promise<T[]>,
  ): Promise<(T | Record<string, unknown>)[]> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMs + GRACE_MS);
    try {
      return await this.with(collection, (stored) => ask(stored, { signal: late.signal, maxTimeMS: timeoutMs }));
    } catch (error) {
      if (late.signal.aborted) throw tooLong(timeoutMs, error);
      if (!isUnknownOperator(error)) throw explainQuery(error, timeoutMs);
    } finally {
      clearTimeout(timer);
    }
    return aggregatePages(this.candidates(collection, leadingFilter(pipeline)), pipeline, { timeoutMs, maxDocuments });
  }

  /** Pages of documents among which are all that match. */
  private async *candidates(collection: string, filter: Filter): AsyncIterable<readonly Document[]> {
    let after: Filter = {};
    let asked: Filter = { $and: [liveFilter(filter) ?? LIVE] };
    for (;;) {
      try {
        const page = await this.with(collection, (stored) =>
          stored.find({ ...asked, ...after }, { projection: liveProjection({}), sort: { _id: 1 }, limit: PAGE_SIZE }).toArray());
        yield page.map((document) => toResult<Document>(document));
        if (page.length < PAGE_SIZE) return;
        after = { _id: { $gt: page.at(-1)!._id } };
      } catch (error) {
        if (!isUnknownOperator(error) || asked === LIVE) throw error;
        asked = LIVE;
      }
    }
  }
}

async function dropCollection(database: Db, name: string): Promise<void> {
  try {
    await database.dropCollection(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
