import {
  QueryTooExpensive,
  type AggregateOptions,
  type CollectionWrites,
  type Document,
  type DocumentStore,
  type DocumentWrite,
  type Filter,
  type FindOptions,
  type Pipeline,
  type Position,
  type StoredDocument,
} from '#event-sourcing';
import { aggregate, checkFilter, checkFindOptions, checkPipeline, evaluating, matching, projected, sortedPage } from '#event-sourcing/query';

interface Stored {
  position: Position;
  /** JSON, so that neither what was written nor what is read is shared with a caller; null once removed. */
  text: string | null;
}

type Collection = Map<string, Stored>;

const PAGE_SIZE = 100;

/** Documents in the memory of this process, for tests. Every query reads its whole collection. */
export class MemoryDocumentStore implements DocumentStore {
  private readonly collections = new Map<string, Collection>();

  async ensureCollection(collection: string): Promise<void> {
    this.made(collection);
  }

  async dropCollection(collection: string): Promise<void> {
    this.collections.delete(collection);
  }

  async listCollections(): Promise<string[]> {
    return [...this.collections.keys()].sort();
  }

  async write(batch: readonly CollectionWrites[]): Promise<void> {
    const ready = batch.map(({ collection, writes }) => ({ collection, writes: writes.map(toStored) }));
    for (const { collection, writes } of ready) {
      const documents = this.made(collection);
      for (const [key, stored] of writes) {
        if (stored.position > (documents.get(key)?.position ?? -Infinity)) documents.set(key, stored);
      }
    }
  }

  async load(collection: string, keys: readonly string[]): Promise<Map<string, StoredDocument>> {
    const documents = this.collections.get(collection);
    const loaded = new Map<string, StoredDocument>();
    for (const key of keys) {
      const stored = documents?.get(key);
      if (stored) loaded.set(key, { position: stored.position, document: stored.text === null ? null : (JSON.parse(stored.text) as object) });
    }
    return loaded;
  }

  async compareAndSet(collection: string, write: DocumentWrite, expected: Position | undefined): Promise<boolean> {
    const documents = this.made(collection);
    if (documents.get(write.key)?.position !== expected) return false;
    documents.set(...toStored(write));
    return true;
  }

  async get(collection: string, key: string): Promise<Document | undefined> {
    const stored = this.collections.get(collection)?.get(key);
    return stored && stored.text !== null ? toDocument(key, stored.text) : undefined;
  }

  async find(collection: string, options: FindOptions = {}): Promise<Document[]> {
    checkFindOptions(options);
    return evaluating(() => projected(sortedPage(this.matching(collection, options.filter), options), options.projection));
  }

  async *scan(collection: string, filter?: Filter): AsyncIterable<readonly Document[]> {
    const found = await this.find(collection, filter ? { filter } : {});
    while (found.length > 0) yield found.splice(0, PAGE_SIZE);
  }

  async count(collection: string, filter: Filter = {}): Promise<number> {
    checkFilter(filter);
    return evaluating(() => [...this.matching(collection, filter)].length);
  }

  async aggregate(collection: string, pipeline: Pipeline, options: AggregateOptions = {}): Promise<Record<string, unknown>[]> {
    checkPipeline(pipeline);
    const documents = sortedPage(this.matching(collection), {});
    const { maxDocuments, timeoutMs } = options;
    return evaluating(() => aggregate(documents, pipeline, { maxDocuments, checkTime: timer(timeoutMs) }));
  }

  async close(): Promise<void> {
    this.collections.clear();
  }

  private made(collection: string): Collection {
    const documents = this.collections.get(collection) ?? new Map<string, Stored>();
    this.collections.set(collection, documents);
    return documents;
  }

  private matching(collection: string, filter: Filter = {}): Iterable<Document> {
    return matching(documentsOf(this.collections.get(collection)), filter);
  }
}

function* documentsOf(collection: Collection | undefined): Generator<Document> {
  for (const [key, { text }] of collection ?? []) if (text !== null) yield toDocument(key, text);
}

const toDocument = (key: string, text: string): Document => ({ _id: key, ...(JSON.parse(text) as object) });

const toStored = ({ key, position, document }: DocumentWrite): [string, Stored] => [
  key,
  { position, text: document === null ? null : JSON.stringify(document) },
];

/** @returns a check that throws once the milliseconds are over. It can only act between two documents. */
function timer(timeoutMs = Infinity): () => void {
  const end = performance.now() + timeoutMs;
  return () => {
    if (performance.now() > end) throw new QueryTooExpensive(`The query took more than the ${timeoutMs} ms allowed. Narrow it.`);
  };
}
