import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import {
  StoreUnavailable,
  type AggregateOptions,
  type CollectionWrites,
  type Document,
  type DocumentStore,
  type DocumentWrite,
  type Filter,
  type FindOptions,
  type IndexSpec,
  type Pipeline,
  type Position,
  type StoredDocument,
} from '#event-sourcing';
import { checkFilter, checkFindOptions, checkPipeline, isUnbounded } from '#event-sourcing/query';
import type { DataFolder } from '../data-folder.js';
import { scanned } from '../../scanning.js';
import { Collections } from './collections.js';
import { openForReading, openForWriting } from './database.js';
import { encode, encodedParts } from './encoded.js';
import { naming } from './naming.js';
import { QueryProcesses } from './query-processes.js';
import { DocumentReader, OverBudget, type Query } from './reader.js';
import type { Change } from './writer.worker.js';
import { WritingThread } from './writing-thread.js';

/** Documents that a query may look at in this thread; one that needs more goes to a process of its own. */
const BUDGET = 1000;
const TIMEOUT_MS = 30_000;
const PAGE_SIZE = 250;
const PURGE_GRACE_MS = 5_000;
const PURGE_RETRY_MS = 20;

export { UnusableDatabase } from './database.js';

export interface SqliteDocumentStoreOptions {
  /** Its lock makes this process the only one. */
  folder: DataFolder;
  /** Milliseconds that a query may take where it names none itself. */
  timeoutMs?: number;
}

/**
 * The read models in one SQLite file, `documents.db`, derived from the log and so never backed up. One `write` is one
 * transaction. Filters and sorts on declared indexes are answered from them.
 */
export class SqliteDocumentStore implements DocumentStore {
  private constructor(
    private readonly file: string,
    private readonly database: DatabaseSyncInstance,
    private readonly collections: Collections,
    private readonly reader: DocumentReader,
    private readonly writer: WritingThread,
    private readonly queries: QueryProcesses,
    private readonly timeoutMs: number,
  ) {}

  /** @throws UnusableDatabase the file is damaged, of another program, or newer than this one; says what to do. */
  static async open({ folder, timeoutMs = TIMEOUT_MS }: SqliteDocumentStoreOptions): Promise<SqliteDocumentStore> {
    const file = join(folder.path, 'documents.db');
    const database = naming(file, () => {
      openForWriting(file).close();
      return openForReading(file);
    });
    const collections = new Collections(database);
    const reader = new DocumentReader(database, file);
    return new SqliteDocumentStore(file, database, collections, reader, new WritingThread(file), new QueryProcesses(file), timeoutMs);
  }

  async ensureCollection(collection: string, indexes: readonly IndexSpec[] = []): Promise<void> {
    await this.change({ kind: 'ensureCollection', collection, indexes });
    this.reader.forget();
  }

  async dropCollection(collection: string): Promise<void> {
    await this.change({ kind: 'dropCollection', collection });
    this.reader.forget();
  }

  async listCollections(): Promise<string[]> {
    return this.using(() => this.collections.names());
  }

  async write(batch: readonly CollectionWrites[]): Promise<void> {
    this.checkOpen();
    await this.writer.write(encodedParts(batch));
  }

  async load(collection: string, keys: readonly string[]): Promise<Map<string, StoredDocument>> {
    return this.using(() => this.reader.load(collection, keys));
  }

  async compareAndSet(collection: string, write: DocumentWrite, expected: Position | undefined): Promise<boolean> {
    return this.change({ kind: 'compareAndSet', write: encode(collection, [write]), expected });
  }

  async get(collection: string, key: string): Promise<Document | undefined> {
    return this.using(() => this.reader.get(collection, key));
  }

  async find(collection: string, options: FindOptions = {}): Promise<Document[]> {
    checkFindOptions(options);
    const computes = Object.values(options.projection ?? {}).some((value) => typeof value === 'object');
    return (await this.answer({ kind: 'find', collection, options }, computes || isUnbounded(options.filter))) as Document[];
  }

  scan(collection: string, filter: Filter = {}): AsyncIterable<readonly Document[]> {
    return scanned((options) => this.find(collection, options), filter, PAGE_SIZE);
  }

  async count(collection: string, filter: Filter = {}): Promise<number> {
    checkFilter(filter);
    return (await this.answer({ kind: 'count', collection, filter }, isUnbounded(filter))) as number;
  }

  async aggregate(collection: string, pipeline: Pipeline, options: AggregateOptions = {}): Promise<Record<string, unknown>[]> {
    checkPipeline(pipeline);
    const query: Query = { kind: 'aggregate', collection, pipeline, options };
    return (await this.queries.run(query, options.timeoutMs ?? this.timeoutMs)) as Record<string, unknown>[];
  }

  async purge(): Promise<void> {
    const end = performance.now() + this.timeoutMs + PURGE_GRACE_MS;
    while (!(await this.change({ kind: 'purge' }))) {
      // A query holds it; each ends in its time.
      if (performance.now() > end) throw new StoreUnavailable(`${this.file}-wal is in use and could not be emptied.`);
      await delay(PURGE_RETRY_MS);
    }
  }

  async close(): Promise<void> {
    await this.queries.close();
    if (!this.database.isOpen) return;
    this.database.close();
    await this.writer.close();
  }

  /** How a find reads its candidates, in SQLite's words: which index it uses, and whether rows are sorted. */
  explain(collection: string, options: FindOptions): string[] {
    checkFindOptions(options);
    return this.using(() => this.reader.explain(collection, options));
  }

  private using<T>(use: () => T): T {
    this.checkOpen();
    return naming(this.file, use);
  }

  private async change(change: Change): Promise<boolean> {
    this.checkOpen();
    return this.writer.change(change);
  }

  private checkOpen(): void {
    if (!this.database.isOpen) throw new StoreUnavailable(`${this.file} is closed.`);
  }

  /** @param isUnbounded nobody can foresee how long even one document takes. */
  private async answer(query: Query, isUnbounded: boolean): Promise<unknown> {
    if (!isUnbounded) {
      try {
        return this.using(() => this.reader.answer(query, BUDGET));
      } catch (error) {
        if (!(error instanceof OverBudget)) throw error;
      }
    }
    return this.queries.run(query, this.timeoutMs);
  }
}
