import { type SubjectKeys } from '#privacy';
import { silentLog, type DocumentStore, type EventStore, type Log } from '#event-sourcing';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { DataFolder, SqliteDocumentStore, SqliteEventStore } from '#stores/sqlite';
import { InvalidConfiguration, type Configuration } from './configuration.js';
import { isMongoUrl, type MongoUrl } from './document-store-kind.js';
import { openKeys } from './keys.js';

export interface Stores {
  events: EventStore;
  documents: DocumentStore;
  /** Keys of the persons whom events are about. `events` is the log as it is stored: sealed. */
  keys: SubjectKeys;
  /** Absent where nothing is kept on disk. */
  folder?: DataFolder;
  /** Closes both stores and lets go of the data folder. Repeatable. */
  close: () => Promise<void>;
}

export type StoresConfiguration = Pick<Configuration, 'data' | 'eventStore' | 'documentStore'> & Partial<Pick<Configuration, 'eventStorePrefix' | 'eventStoreTimeoutMs' | 'privacy'>>;

/**
 * Opens the stores that the configuration asks for.
 * @throws DataFolderInUse another process has the data folder; the error names it and how to talk to it.
 * @throws InvalidConfiguration a connection string is wrong.
 * @throws UnusableMasterKey the keys of the persons were wrapped with another master key, or it is missing.
 */
export async function openStores(configuration: StoresConfiguration, log: Log = silentLog): Promise<Stores> {
  const onDisk = [configuration.eventStore, configuration.documentStore, configuration.privacy?.keyStore].includes('embedded');
  const opened: (() => Promise<void>)[] = [];
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= closeAll(opened));
  try {
    const folder = onDisk ? await DataFolder.open(configuration.data) : undefined;
    if (folder) opened.unshift(() => folder.close());
    const events = await openEvents(configuration, folder, log);
    opened.unshift(() => events.close());
    const documents = await openDocuments(configuration.documentStore, folder, log);
    opened.unshift(() => documents.close());
    const keys = await openKeys(configuration, folder, log);
    opened.unshift(() => keys.close());
    return { events, documents, keys, close, ...(folder && { folder }) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openEvents({ eventStore, eventStorePrefix = '', eventStoreTimeoutMs: timeoutMs }: StoresConfiguration, folder: DataFolder | undefined, log: Log): Promise<EventStore> {
  if (folder && eventStore === 'embedded') return SqliteEventStore.open({ folder });
  if (eventStore === 'memory' || eventStore === 'embedded') return new MemoryEventStore();
  // The clients of servers are loaded where they are wanted: they take their time.
  const { EventStoreDbEventStore } = await import('#stores/eventstoredb');
  return new EventStoreDbEventStore({ connection: eventStore, prefix: eventStorePrefix, log, ...(timeoutMs !== undefined && { timeoutMs }) });
}

async function openDocuments(store: Configuration['documentStore'], folder: DataFolder | undefined, log: Log): Promise<DocumentStore> {
  if (isMongoUrl(store)) return openMongo(store, log);
  return folder && store === 'embedded' ? SqliteDocumentStore.open({ folder }) : new MemoryDocumentStore();
}

async function openMongo(url: MongoUrl, log: Log): Promise<DocumentStore> {
  const { InvalidAddress, MongoDocumentStore } = await import('#stores/mongodb');
  try {
    return new MongoDocumentStore({ url, log });
  } catch (error) {
    if (!(error instanceof InvalidAddress)) throw error;
    throw new InvalidConfiguration([`GUANXI_DOCUMENT_STORE cannot be used: ${error.message}.`]);
  }
}

/** Last opened, first closed; one that fails does not keep the others open. */
async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const close of closers) await close().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, 'The stores did not close cleanly.');
}
