import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';

/** Marks the file as ours: "GxDs". */
const APPLICATION_ID = 0x47784473;
/** 2: what is removed is overwritten. */
const SCHEMA_VERSION = 2;
const BUSY_MS = 5000;

/** The file of the read models cannot be used. The message names it and says how to get it anew. */
export class UnusableDatabase extends Error {
  override readonly name = 'UnusableDatabase';

  static because(file: string, why: string, options?: ErrorOptions): UnusableDatabase {
    return new UnusableDatabase(
      `${file} ${why}. It holds nothing but read models, which can be rebuilt from the log: ` +
        `delete it (and ${file}-wal and ${file}-shm) while no program uses it, and start again.`,
      options,
    );
  }
}

/** Opens the file for reading and writing and makes it where there is none. @throws UnusableDatabase it is damaged, foreign or newer. */
export function openForWriting(file: string): DatabaseSyncInstance {
  return opened(file, {}, (database) => {
    if (isEmpty(database)) create(database);
    checkKind(database, file);
    if (pragma(database, 'user_version') < SCHEMA_VERSION) rewrite(database);
    // A commit survives the end of the process; an end of the machine may lose the last ones, never a part of one. The
    // write-ahead log is emptied often: whoever is seen waits for that, 15 ms each time, and would wait longer for more.
    database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -32000; PRAGMA secure_delete = ON`);
  });
}

export function openForReading(file: string): DatabaseSyncInstance {
  return opened(file, { readOnly: true }, (database) => {
    checkKind(database, file);
    database.exec(`PRAGMA cache_size = -32000`);
  });
}

function opened(file: string, options: object, prepare: (database: DatabaseSyncInstance) => void): DatabaseSyncInstance {
  const database = new DatabaseSync(file, { timeout: BUSY_MS, ...options });
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const isEmpty = (database: DatabaseSyncInstance): boolean =>
  (database.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number }).n === 0 && pragma(database, 'application_id') === 0;

function create(database: DatabaseSyncInstance): void {
  database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL');
  transaction(database, () =>
    database.exec(`
      CREATE TABLE collections (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, indexes TEXT NOT NULL);
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${SCHEMA_VERSION};
    `),
  );
}

/** What was removed before is still in free pages: the file is written anew without them. */
function rewrite(database: DatabaseSyncInstance): void {
  database.exec(`VACUUM; PRAGMA user_version = ${SCHEMA_VERSION}`);
}

function checkKind(database: DatabaseSyncInstance, file: string): void {
  if (pragma(database, 'application_id') !== APPLICATION_ID) throw UnusableDatabase.because(file, 'is a database of something else');
  const version = pragma(database, 'user_version');
  if (version > SCHEMA_VERSION) throw UnusableDatabase.because(file, `has the schema ${version}, which is newer than this program's ${SCHEMA_VERSION}`);
}

function pragma(database: DatabaseSyncInstance, name: string): number {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[0]!;
}

/** Runs the changes in one transaction: all or none. */
export function transaction<T>(database: DatabaseSyncInstance, change: () => T): T {
  return within(database, 'BEGIN IMMEDIATE', change);
}

/** Runs several reads on the same state of the database. */
export function snapshot<T>(database: DatabaseSyncInstance, read: () => T): T {
  return within(database, 'BEGIN', read);
}

function within<T>(database: DatabaseSyncInstance, begin: string, run: () => T): T {
  database.exec(begin);
  try {
    const result = run();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // After some errors, a full disk for one, SQLite has rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
