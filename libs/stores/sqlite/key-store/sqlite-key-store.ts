import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import type { ErasureOrder, KeyStore, NewKey, StoredKey, WrappingKey } from '#privacy';
import { StoreUnavailable } from '#event-sourcing';
import type { DataFolder } from '../data-folder.js';
import { explaining } from '../faults.js';

export const KEYS_FILE = 'keys.db';

/** "GxKy" in ASCII: tells the file apart from other SQLite databases. */
const APPLICATION_ID = 0x47784b79;
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE subject_keys (
    subject TEXT PRIMARY KEY,
    fingerprint TEXT,
    generation INTEGER,
    wrapped BLOB,
    erasure_order TEXT,
    finished INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX by_generation ON subject_keys (generation) WHERE wrapped IS NOT NULL;
  CREATE INDEX destroyed ON subject_keys (finished) WHERE erasure_order IS NOT NULL;
  CREATE TABLE wrapping_keys (generation INTEGER PRIMARY KEY, wrapped TEXT NOT NULL) STRICT;
`;

interface Row {
  subject: string;
  fingerprint: string | null;
  generation: number | null;
  wrapped: Uint8Array | null;
  erasure_order: string | null;
}

const COLUMNS = 'subject, fingerprint, generation, wrapped, erasure_order';

/**
 * Keys in an SQLite file of their own, `keys.db`, flushed to the disk with each change. What is removed is overwritten,
 * in the file at once and in its write-ahead log before a destruction is acknowledged.
 */
export class SqliteKeyStore implements KeyStore {
  private constructor(
    private readonly file: string,
    private readonly database: DatabaseSyncInstance,
  ) {}

  /** @throws Error the file cannot be opened, belongs to another program, or is newer than this one; says what to do. */
  static async open({ folder }: { folder: DataFolder }): Promise<SqliteKeyStore> {
    const file = join(folder.path, KEYS_FILE);
    return new SqliteKeyStore(file, explaining(file, () => openFile(file)));
  }

  /** Whether the folder has keys. */
  static isIn(folder: DataFolder): boolean {
    return existsSync(join(folder.path, KEYS_FILE));
  }

  async load(subjects: readonly string[]): Promise<Map<string, StoredKey>> {
    const rows = this.all(`SELECT ${COLUMNS} FROM json_each(?) wanted CROSS JOIN subject_keys ON subject = wanted.value`, JSON.stringify(subjects));
    return new Map(rows.map((row) => [row.subject, toStoredKey(row)]));
  }

  async add(keys: readonly NewKey[]): Promise<Map<string, StoredKey>> {
    this.change(() => {
      const insert = this.database.prepare('INSERT INTO subject_keys (subject, fingerprint, generation, wrapped) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
      for (const { subject, fingerprint, wrapped } of keys) insert.run(subject, fingerprint, wrapped.generation, wrapped.bytes);
    });
    return this.load(keys.map(({ subject }) => subject));
  }

  async destroy(subject: string, order: ErasureOrder): Promise<StoredKey> {
    this.change(() =>
      this.database
        .prepare(
          'INSERT INTO subject_keys (subject, erasure_order) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE ' +
            'SET wrapped = NULL, generation = NULL, erasure_order = excluded.erasure_order WHERE erasure_order IS NULL',
        )
        .run(subject, JSON.stringify(order)),
    );
    this.emptyLog();
    return (await this.load([subject])).get(subject)!;
  }

  async erased(): Promise<string[]> {
    return this.all(`SELECT ${COLUMNS} FROM subject_keys WHERE erasure_order IS NOT NULL`).map(({ subject }) => subject);
  }

  async unfinished(): Promise<StoredKey[]> {
    return this.all(`SELECT ${COLUMNS} FROM subject_keys WHERE erasure_order IS NOT NULL AND finished = 0`).map(toStoredKey);
  }

  async finish(subject: string): Promise<void> {
    this.change(() => this.database.prepare('UPDATE subject_keys SET finished = 1 WHERE subject = ?').run(subject));
  }

  async wrappingKeys(): Promise<WrappingKey[]> {
    return this.using(() => this.database.prepare('SELECT generation, wrapped FROM wrapping_keys ORDER BY generation DESC').all() as unknown as WrappingKey[]).map((row) => ({ ...row }));
  }

  async addWrappingKey({ generation, wrapped }: WrappingKey): Promise<boolean> {
    return this.change(() => Number(this.database.prepare('INSERT INTO wrapping_keys VALUES (?, ?) ON CONFLICT DO NOTHING').run(generation, wrapped).changes) === 1);
  }

  async replaceWrappingKey({ generation, wrapped }: WrappingKey): Promise<void> {
    this.change(() => this.database.prepare('UPDATE wrapping_keys SET wrapped = ? WHERE generation = ?').run(wrapped, generation));
    this.emptyLog();
  }

  async removeWrappingKey(generation: number): Promise<void> {
    this.change(() => this.database.prepare('DELETE FROM wrapping_keys WHERE generation = ?').run(generation));
    this.emptyLog();
  }

  async wrappedBefore(generation: number, limit: number): Promise<StoredKey[]> {
    return this.all(`SELECT ${COLUMNS} FROM subject_keys WHERE wrapped IS NOT NULL AND generation < ? LIMIT ?`, generation, limit).map(toStoredKey);
  }

  async rewrap(keys: readonly StoredKey[]): Promise<void> {
    this.change(() => {
      const update = this.database.prepare('UPDATE subject_keys SET generation = ?, wrapped = ? WHERE subject = ? AND wrapped IS NOT NULL');
      for (const { subject, wrapped } of keys) update.run(wrapped!.generation, wrapped!.bytes, subject);
    });
  }

  async close(): Promise<void> {
    if (!this.database.isOpen) return;
    this.emptyLog();
    this.database.close();
  }

  private all(sql: string, ...parameters: (string | number)[]): Row[] {
    return this.using(() => this.database.prepare(sql).all(...parameters) as unknown as Row[]);
  }

  private change<T>(work: () => T): T {
    return this.using(() => {
      this.database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.database.exec('COMMIT');
        return result;
      } catch (error) {
        if (this.database.isTransaction) this.database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** The write-ahead log still holds what was overwritten; in a rewritten file it is gone. */
  private emptyLog(): void {
    this.using(() => this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
  }

  private using<T>(work: () => T): T {
    if (!this.database.isOpen) throw new StoreUnavailable(`${this.file} is closed.`);
    return explaining(this.file, work);
  }
}

function toStoredKey({ subject, fingerprint, generation, wrapped, erasure_order: order }: Row): StoredKey {
  return {
    subject,
    fingerprint,
    wrapped: wrapped && { generation: generation!, bytes: Buffer.from(wrapped) },
    order: order === null ? null : (JSON.parse(order) as ErasureOrder),
  };
}

function openFile(file: string): DatabaseSyncInstance {
  const database = new DatabaseSync(file);
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[0]!;
  const isNew = (database.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number }).n === 0;
  if (!isNew && pragma('application_id') !== APPLICATION_ID) throw new Error(`${file} is a database of another program. Choose another data folder, or move that file away.`);
  if (pragma('user_version') > SCHEMA_VERSION) throw new Error(`${file} was written by a newer version of this program. Run the newer version.`);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA secure_delete = ON');
  if (isNew) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  return database;
}
