import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import type { ErasureOrder, NewKey, StoredKey, WrappingKey } from '#privacy';

/** "GxKy" in ASCII: tells the file apart from other SQLite databases. */
const APPLICATION_ID = 0x47784b79;
const SCHEMA_VERSION = 1;
const BUSY_MS = 5000;

/** Subjects come in no order: rows that lie as they come, with an index beside them, touch the fewest pages. */
const SCHEMA = `
  CREATE TABLE subject_keys (
    subject TEXT PRIMARY KEY,
    fingerprint TEXT,
    generation INTEGER,
    wrapped BLOB,
    erasure_order TEXT,
    finished INTEGER NOT NULL DEFAULT 0
  ) STRICT;
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
 * Keys in an SQLite file of their own, flushed to the disk with each change. What is removed is overwritten, in the
 * file at once and in its write-ahead log before a destruction is acknowledged. Each call blocks.
 */
export class KeysFile {
  private constructor(private readonly database: DatabaseSyncInstance) {}

  /** @throws Error the file cannot be opened, belongs to another program, or is newer than this one; says what to do. */
  static open(file: string): KeysFile {
    const database = new DatabaseSync(file, { timeout: BUSY_MS });
    try {
      prepare(database, file);
      return new KeysFile(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.database.isOpen;
  }

  load(subjects: readonly string[]): StoredKey[] {
    return this.all(`SELECT ${COLUMNS} FROM json_each(?) wanted CROSS JOIN subject_keys ON subject = wanted.value`, JSON.stringify(subjects));
  }

  /** @returns subjects of whom something was kept before: that stays as it is. */
  add(keys: readonly NewKey[]): string[] {
    return this.change(() => {
      const insert = this.database.prepare('INSERT INTO subject_keys (subject, fingerprint, generation, wrapped) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
      const kept = keys.filter(({ subject, fingerprint, wrapped }) => Number(insert.run(subject, fingerprint, wrapped.generation, wrapped.bytes).changes) === 0);
      return kept.map(({ subject }) => subject);
    });
  }

  destroy(subject: string, order: ErasureOrder): void {
    this.change(() =>
      this.database
        .prepare(
          'INSERT INTO subject_keys (subject, erasure_order) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE ' +
            'SET wrapped = NULL, generation = NULL, erasure_order = excluded.erasure_order WHERE erasure_order IS NULL',
        )
        .run(subject, JSON.stringify(order)),
    );
    this.emptyLog();
  }

  erased(): string[] {
    return this.all(`SELECT ${COLUMNS} FROM subject_keys WHERE erasure_order IS NOT NULL`).map(({ subject }) => subject);
  }

  unfinished(): StoredKey[] {
    return this.all(`SELECT ${COLUMNS} FROM subject_keys WHERE erasure_order IS NOT NULL AND finished = 0`);
  }

  finish(subject: string): void {
    this.change(() => this.database.prepare('UPDATE subject_keys SET finished = 1 WHERE subject = ?').run(subject));
  }

  wrappingKeys(): WrappingKey[] {
    const rows = this.database.prepare('SELECT generation, wrapped FROM wrapping_keys ORDER BY generation DESC').all() as unknown as WrappingKey[];
    return rows.map((row) => ({ ...row }));
  }

  /** @returns false where there is one of this generation already. */
  addWrappingKey({ generation, wrapped }: WrappingKey): boolean {
    return this.change(() => Number(this.database.prepare('INSERT INTO wrapping_keys VALUES (?, ?) ON CONFLICT DO NOTHING').run(generation, wrapped).changes) === 1);
  }

  replaceWrappingKey({ generation, wrapped }: WrappingKey): void {
    this.change(() => this.database.prepare('UPDATE wrapping_keys SET wrapped = ? WHERE generation = ?').run(wrapped, generation));
    this.emptyLog();
  }

  removeWrappingKey(generation: number): void {
    this.change(() => this.database.prepare('DELETE FROM wrapping_keys WHERE generation = ?').run(generation));
    this.emptyLog();
  }

  wrappedBefore(generation: number, limit: number): StoredKey[] {
    return this.all(`SELECT ${COLUMNS} FROM subject_keys WHERE wrapped IS NOT NULL AND generation < ? LIMIT ?`, generation, limit);
  }

  rewrap(keys: readonly StoredKey[]): void {
    this.change(() => {
      const update = this.database.prepare('UPDATE subject_keys SET generation = ?, wrapped = ? WHERE subject = ? AND wrapped IS NOT NULL');
      for (const { subject, wrapped } of keys) update.run(wrapped!.generation, wrapped!.bytes, subject);
    });
  }

  /** What lingers of the connection then holds nothing that the file does not. */
  close(): void {
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.database.close();
  }

  private all(sql: string, ...parameters: (string | number)[]): StoredKey[] {
    return (this.database.prepare(sql).all(...parameters) as unknown as Row[]).map(toStoredKey);
  }

  private change<T>(work: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** The write-ahead log still holds what was overwritten; in a rewritten file it is gone. @throws Error somebody reads from it all the time. */
  private emptyLog(): void {
    const { busy } = this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
    if (busy !== 0) throw Object.assign(new Error('its write-ahead log is locked by a reader'), { code: 'ERR_SQLITE_ERROR' });
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

function prepare(database: DatabaseSyncInstance, file: string): void {
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[0]!;
  const isNew = (database.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number }).n === 0;
  if (!isNew && pragma('application_id') !== APPLICATION_ID) throw new Error(`${file} is a database of another program. Choose another data folder, or move that file away.`);
  if (pragma('user_version') > SCHEMA_VERSION) throw new Error(`${file} was written by a newer version of this program. Run the newer version.`);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 4000');
  if (isNew) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
}
