import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';

export interface EventsFileOptions {
  path: string;
  /** The file is not let grow over this, as if the disk were full. */
  maxBytes?: number;
}

/** "guan" in ASCII: tells the file apart from other SQLite databases. */
const APPLICATION_ID = 0x6775616e;
const SCHEMA_VERSION = 1;
const PAGE_BYTES = 4096;

const SCHEMA = `
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
  CREATE TABLE streams (name TEXT PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE stream_events (
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (stream, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE stream_index_state (indexed_to INTEGER NOT NULL, streams INTEGER NOT NULL) STRICT;
  INSERT INTO stream_index_state VALUES (0, 0);
`;

/**
 * Opens the file for its one writer, and makes it when it is missing.
 * @throws Error it is not ours or newer than this program, or SQLite's error.
 */
export function openForWriting({ path, maxBytes }: EventsFileOptions): DatabaseSyncInstance {
  const database = new DatabaseSync(path);
  try {
    const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number };
    if (tables.count > 0) checkOurs(database, path);
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0`);
    database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA cache_size = -32768');
    if (maxBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`);
    if (tables.count === 0) create(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** @param mappedBytes so much of the file is mapped into memory instead of being read. */
export function openForReading(path: string, mappedBytes = 0): DatabaseSyncInstance {
  const database = new DatabaseSync(path, { readOnly: true });
  database.exec(`PRAGMA mmap_size = ${mappedBytes}`);
  return database;
}

function create(database: DatabaseSyncInstance): void {
  database.exec(`BEGIN IMMEDIATE; ${SCHEMA}
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION};
    COMMIT`);
}

function checkOurs(database: DatabaseSyncInstance, path: string): void {
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[0]!;
  if (pragma('application_id') !== APPLICATION_ID) {
    throw new Error(`${path} is a database of another program. Choose another data folder, or move that file away.`);
  }
  const version = pragma('user_version');
  if (version > SCHEMA_VERSION) {
    throw new Error(`${path} was written by a newer version of this program (schema ${version}; this one knows ${SCHEMA_VERSION}). Run the newer version.`);
  }
}
