import type { Position } from './event-store.js';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [field: string]: JsonValue };

/** A read model's document as queries see it: plain JSON, its key as `_id`. Field names starting with `_` are the store's. */
export type Document = { _id: string; [field: string]: unknown };

/** A document with the position that it was folded to; `document` is null once a fold has removed it. */
export interface StoredDocument {
  position: Position;
  document: object | null;
}

export interface DocumentWrite extends StoredDocument {
  key: string;
}

export interface CollectionWrites {
  collection: string;
  /** One write for each key at the most. */
  writes: readonly DocumentWrite[];
}

/** MongoDB's form: `{ name: 1 }`, `{ 'address.country': 1, since: -1 }`. */
export type IndexSpec = Readonly<Record<string, 1 | -1>>;

/** MongoDB's query language; the embedded stores evaluate the same with mingo. */
export type Filter = Record<string, unknown>;
export type Sort = Readonly<Record<string, 1 | -1>>;
export type Pipeline = readonly Record<string, unknown>[];

export interface FindOptions {
  filter?: Filter;
  /** Without it the order is that of the keys. */
  sort?: Sort;
  projection?: Record<string, unknown>;
  skip?: number;
  limit?: number;
}

export interface AggregateOptions {
  /** Milliseconds after which the query is given up. */
  timeoutMs?: number;
  /** More result documents than this are an error, not a cut. */
  maxDocuments?: number;
}

/** The port of the read models. Its adapters all pass `documentStoreContract`. */
export interface DocumentStore {
  /** Makes the collection and its indexes, and removes indexes that are no longer declared. Repeatable. */
  ensureCollection(collection: string, indexes?: readonly IndexSpec[]): Promise<void>;
  dropCollection(collection: string): Promise<void>;
  listCollections(): Promise<string[]>;

  /**
   * Upserts, or removes where `document` is null, each document whose stored position is below the write's; older and
   * equal writes change nothing. A removal leaves its position, so that an older write cannot bring the document back.
   * Collections are written in the order given, never a later one without an earlier one.
   * @throws DocumentTooLarge documents do not fit into the store; others of the same collection may be written.
   */
  write(batch: readonly CollectionWrites[]): Promise<void>;
  /** The stored documents of these keys with their positions, removed ones included; keys never written are missing. */
  load(collection: string, keys: readonly string[]): Promise<Map<string, StoredDocument>>;
  /**
   * Sets one document only where its stored position is `expected` (undefined: never written).
   * @returns whether it was set.
   */
  compareAndSet(collection: string, write: DocumentWrite, expected: Position | undefined): Promise<boolean>;

  get(collection: string, key: string): Promise<Document | undefined>;
  find(collection: string, options?: FindOptions): Promise<Document[]>;
  /** Every matching document, page by page in key order, without holding them all. */
  scan(collection: string, filter?: Filter): AsyncIterable<readonly Document[]>;
  count(collection: string, filter?: Filter): Promise<number>;
  /** @throws QueryTooExpensive over the time or the number of documents allowed. */
  aggregate(collection: string, pipeline: Pipeline, options?: AggregateOptions): Promise<Record<string, unknown>[]>;
  /** Where the store keeps files itself: resolves when nothing that was overwritten or removed is in them any more. */
  purge?(): Promise<void>;
  close(): Promise<void>;
}

/** A filter, sort, projection or pipeline that the query language does not have. */
export class InvalidQuery extends Error {
  override readonly name = 'InvalidQuery';
}

export class QueryTooExpensive extends Error {
  override readonly name = 'QueryTooExpensive';
}

/** Documents of a collection do not fit into one of the store. Nothing of them was written. */
export class DocumentTooLarge extends Error {
  override readonly name = 'DocumentTooLarge';
  /** @param limit the size that the store allows, in words. */
  constructor(
    readonly collection: string,
    readonly documents: readonly { key: string; bytes: number }[],
    limit: string,
    options?: ErrorOptions,
  ) {
    const [{ key, bytes }, others] = [documents[0]!, documents.length - 1];
    super(
      `The document ${JSON.stringify(key)} of ${collection} has ${bytes} bytes${others > 0 ? `, and ${others} more are too large` : ''}; ${limit}. ` +
        'Give the view narrower keys, or keep less in each document.',
      options,
    );
  }
}
