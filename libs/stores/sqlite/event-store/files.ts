import { rmSync } from 'node:fs';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';

/** The log. */
export const EVENTS_FILE = 'events.db';
/** The index from streams to positions: derived from the log, and made anew where it is missing or of another log. */
export const INDEX_FILE = 'streams.db';

/** "guan" in ASCII: tells the log apart from other SQLite databases. */
const APPLICATION_ID = 0x6775616e;
const SCHEMA_VERSION = 1;
const PAGE_BYTES = 4096;
const WRITING = `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA cache_size = -32768`;

const EVENTS = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    occurred_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL
  ) STRICT;
`;

const INDEX = `
  CREATE TABLE streams (name TEXT PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE stream_events (
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (stream, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE state (indexed_to INTEGER NOT NULL, event_id TEXT NOT NULL, streams INTEGER NOT NULL) STRICT;
  INSERT INTO state VALUES (0, '', 0);
`;

/**
 * Opens the log for its one writer, and makes it when it is missing. What is committed is on the disk.
 * @param maxBytes the file is not let grow over this, as if the disk were full.
 * @throws Error it is not ours or newer than this program, or SQLite's error.
 */
export function openEvents(path: string, maxBytes?: number): DatabaseSyncInstance {
  const events = new DatabaseSync(path);
  const isNew = isEmpty(events);
  if (!isNew) checkOurs(events, path);
  events.exec(`${WRITING}; PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON`);
  if (maxBytes !== undefined) events.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`);
  if (isNew) create(events, `${EVENTS} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
  return events;
}

/**
 * Opens the index for its one writer. A power failure may take the latest commits from it, never half of one.
 * @param mayReplace nobody else has it open, so that one that cannot be used may be made anew.
 * @throws Error it cannot be used and may not be replaced.
 */
export function openIndex(path: string, events: DatabaseSyncInstance, { mayReplace }: { mayReplace: boolean }): DatabaseSyncInstance {
  try {
    const index = openIndexFile(path);
    if (isOf(events, index)) return index;
    index.close();
    if (!mayReplace) throw new Error(`${path} is the index of another log. Start the process again.`);
  } catch (error) {
    if (!mayReplace) throw error;
  }
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  return openIndexFile(path);
}

export interface Reading {
  /** The index, to be attached as `stream_index`. */
  index?: string;
  /** So much of each file, from its beginning, is mapped into memory instead of being read. */
  mappedBytes?: number;
}

export function openForReading(path: string, { index, mappedBytes = 0 }: Reading = {}): DatabaseSyncInstance {
  const database = new DatabaseSync(path, { readOnly: true });
  if (index !== undefined) database.prepare('ATTACH ? AS stream_index').run(index);
  database.exec(`PRAGMA mmap_size = ${mappedBytes}`);
  return database;
}

function openIndexFile(path: string): DatabaseSyncInstance {
  const index = new DatabaseSync(path);
  const isNew = isEmpty(index);
  index.exec(`${WRITING}; PRAGMA synchronous = NORMAL`);
  if (isNew) create(index, INDEX);
  return index;
}

function isEmpty(database: DatabaseSyncInstance): boolean {
  return (database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number }).tables === 0;
}

function create(database: DatabaseSyncInstance, schema: string): void {
  database.exec(`BEGIN IMMEDIATE; ${schema}; COMMIT`);
}

function checkOurs(events: DatabaseSyncInstance, path: string): void {
  const pragma = (name: string) => Object.values(events.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[0]!;
  if (pragma('application_id') !== APPLICATION_ID) {
    throw new Error(`${path} is a database of another program. Choose another data folder, or move that file away.`);
  }
  const version = pragma('user_version');
  if (version > SCHEMA_VERSION) {
    throw new Error(`${path} was written by a newer version of this program (schema ${version}; this one knows ${SCHEMA_VERSION}). Run the newer version.`);
  }
}

/** Whether the last event that is indexed is the log's event there: not so where an older log was put back. */
function isOf(events: DatabaseSyncInstance, index: DatabaseSyncInstance): boolean {
  const { position, id } = index.prepare('SELECT indexed_to AS position, event_id AS id FROM state').get() as { position: number; id: string };
  const event = events.prepare('SELECT id FROM events WHERE position = ?').get(position) as { id: string } | undefined;
  return position === 0 || event?.id === id;
}
