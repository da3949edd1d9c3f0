import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { EventStore, EventToAppend, ReadAllOptions, ReadStreamOptions, RecordedEvent } from '#event-sourcing';
import { DataFolder } from '../data-folder.js';
import { EVENTS_FILE, INDEX_FILE } from './files.js';
import { SqliteEventStore, type SqliteEventStoreOptions } from './sqlite-event-store.js';

type Options = Omit<SqliteEventStoreOptions, 'folder'>;

const folders: DataFolder[] = [];
const opened = new WeakMap<EventStore, SqliteEventStoreOptions>();

/** A data folder under the system's temporary one. */
export async function openFolder(under = tmpdir()): Promise<DataFolder> {
  const folder = await DataFolder.open(mkdtempSync(join(under, 'event-store-')));
  folders.push(folder);
  return folder;
}

export async function openStore(options: Partial<SqliteEventStoreOptions> = {}): Promise<SqliteEventStore> {
  const complete = { ...options, folder: options.folder ?? (await openFolder()) };
  const store = await SqliteEventStore.open(complete);
  opened.set(store, complete);
  return store;
}

export async function reopenStore(store: EventStore, options: Options = {}): Promise<SqliteEventStore> {
  await store.close();
  return openStore({ ...opened.get(store), ...options });
}

/** Removes the folders of all stores; they are closed. */
export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) {
    await folder.close();
    rmSync(folder.path, { recursive: true });
  }
}

export function happened(data: object = {}): EventToAppend {
  const metadata = { commandId: 'c', correlationId: 'k', actor: 'tester', source: 'test' };
  return { id: randomUUID(), type: 'Happened', schemaVersion: 1, occurredAt: '2026-01-05T12:00:00.000Z', data, metadata };
}

export async function readAll(store: EventStore, options?: ReadAllOptions): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of store.readAll(options)) events.push(...page.events);
  return events;
}

export async function readStream(store: EventStore, stream: string, options?: ReadStreamOptions): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of store.readStream(stream, options)) events.push(...page);
  return events;
}

/**
 * Compares the index in the file with the events in the file.
 * @throws Error an entry is missing or wrong, or a stream has a revision twice.
 */
export function checkIndex(store: SqliteEventStore): { indexed: number; events: number } {
  const database = new DatabaseSync(store.path, { readOnly: true });
  database.prepare('ATTACH ? AS i').run(store.path.replace(EVENTS_FILE, INDEX_FILE));
  // One moment for all questions: the index may be filled meanwhile.
  database.exec('BEGIN');
  const all = (sql: string) => database.prepare(sql).all() as { stream: string; revision: number; position: number }[];
  const { indexed } = database.prepare('SELECT indexed_to AS indexed FROM i.state').get() as { indexed: number };
  const entries = all('SELECT name AS stream, revision, position FROM i.stream_events CROSS JOIN i.streams ON id = stream');
  const { count } = database.prepare('SELECT count(*) AS count FROM i.stream_events').get() as { count: number };
  const events = all('SELECT stream, revision, position FROM events');
  database.exec('COMMIT');
  database.close();

  const keyOf = (event: { stream: string; revision: number }) => `${event.revision} ${event.stream}`;
  const byKey = new Map(events.map((event) => [keyOf(event), event]));
  const found = new Set(entries.map(keyOf));
  const missing = events.filter((event) => event.position <= indexed && !found.has(keyOf(event)));
  const wrong = entries.filter((entry) => byKey.get(keyOf(entry))?.position !== entry.position);
  const faults = { missing: missing.length, wrong: wrong.length, withoutStream: count - entries.length, twice: events.length - byKey.size };
  if (Object.values(faults).some((fault) => fault !== 0)) throw new Error(`The index is at fault: ${JSON.stringify(faults)}`);
  return { indexed, events: events.length };
}
