import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';

/** The table that any event store needs: the global order, and one event for each revision of a stream. */
const EVENTS = `CREATE TABLE events (
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
) STRICT`;
const BY_STREAM = 'CREATE UNIQUE INDEX events_by_stream ON events (stream, revision)';

export type RawRow = readonly (string | number)[];

/** SQLite with nothing around it, as durable as the embedded store: its pragmas, and checkpoints as often. */
export class RawEvents {
  private readonly database: DatabaseSyncInstance;

  constructor(folder: string, { indexed }: { indexed: boolean }) {
    this.database = new DatabaseSync(join(folder, indexed ? 'raw-indexed.db' : 'raw.db'));
    this.database.exec('PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 1000');
    this.database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA cache_size = -32768');
    this.database.exec(indexed ? `${EVENTS}; ${BY_STREAM}` : EVENTS);
  }

  insert(rows: readonly RawRow[], inOneTransaction: number): void {
    const insert = this.database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    const begin = this.database.prepare('BEGIN IMMEDIATE');
    const commit = this.database.prepare('COMMIT');
    for (let first = 0; first < rows.length; first += inOneTransaction) {
      begin.run();
      for (const row of rows.slice(first, first + inOneTransaction)) insert.run(...row);
      commit.run();
    }
  }

  close(): void {
    this.database.close();
  }
}

/** The stored rows after a position, read past the store. */
export function rowsOf(folder: string, after: number): RawRow[] {
  const database = new DatabaseSync(join(folder, 'events.db'), { readOnly: true });
  try {
    return database.prepare('SELECT * FROM events WHERE position > ? ORDER BY position', { returnArrays: true }).all(after) as RawRow[];
  } finally {
    database.close();
  }
}
