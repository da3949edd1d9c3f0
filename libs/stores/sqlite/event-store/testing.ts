import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { EventStore, EventToAppend, ReadAllOptions, ReadStreamOptions, RecordedEvent } from '#event-sourcing';
import { DataFolder } from '../data-folder.js';
import { SqliteEventStore, type SqliteEventStoreOptions } from './sqlite-event-store.js';
import { streamHash } from './stream-index.js';

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
 * @throws Error an entry is missing or too many, or a stream has a revision twice.
 */
export function checkIndex(store: SqliteEventStore): { indexed: number; events: number } {
  const database = new DatabaseSync(store.path, { readOnly: true });
  const { to, digits } = database.prepare('SELECT indexed_to AS "to", hash_digits AS digits FROM stream_index_state').get() as { to: number; digits: number };
  const events = database.prepare('SELECT stream, revision, position FROM events').all() as { stream: string; revision: number; position: number }[];
  const entries = database.prepare('SELECT hash, revision, position FROM stream_index').all() as { hash: number; revision: number; position: number }[];
  database.close();

  const found = new Set(entries.map(({ hash, revision, position }) => `${hash} ${revision} ${position}`));
  const possible = new Map(events.map(({ stream, revision, position }) => [`${streamHash(stream, digits)} ${revision} ${position}`, position]));
  const missing = [...possible].filter(([key, position]) => position <= to && !found.has(key));
  const unknown = [...found].filter((key) => !possible.has(key));
  const twice = events.length - new Set(events.map(({ stream, revision }) => `${stream} ${revision}`)).size;
  if (missing.length + unknown.length + twice > 0) throw new Error(`The index lacks ${missing.length} entries and has ${unknown.length} unknown ones; ${twice} revisions are there twice.`);
  return { indexed: to, events: events.length };
}
