import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { DocumentWrite, Position } from '#event-sourcing';
import { checkKey } from '../../keys.js';
import type { Collections } from './collections.js';

/** Rows in one statement: fewer calls into SQLite for each document. */
const ROWS = 25;

interface Statements {
  one: StatementSyncInstance;
  many: StatementSyncInstance;
  create: StatementSyncInstance;
  replace: StatementSyncInstance;
}

type Column = string | number | null;

/** Writes documents, inside a transaction. */
export class DocumentWriter {
  private readonly prepared = new Map<string, Statements>();

  constructor(
    private readonly database: DatabaseSyncInstance,
    private readonly collections: Collections,
  ) {}

  write(name: string, writes: readonly DocumentWrite[]): void {
    const { one, many } = this.statements(name);
    let next = 0;
    for (; next + ROWS <= writes.length; next += ROWS) many.run(...writes.slice(next, next + ROWS).flatMap(columns));
    for (; next < writes.length; next++) one.run(...columns(writes[next]!));
  }

  compareAndSet(name: string, write: DocumentWrite, expected: Position | undefined): boolean {
    const { create, replace } = this.statements(name);
    const [key, position, document] = columns(write);
    const { changes } = expected === undefined ? create.run(key, position, document) : replace.run(position, document, key, expected);
    return changes === 1;
  }

  forget(): void {
    this.prepared.clear();
  }

  private statements(name: string): Statements {
    const { table } = this.collections.made(name);
    let statements = this.prepared.get(table);
    if (!statements) {
      statements = prepare(this.database, table);
      this.prepared.set(table, statements);
    }
    return statements;
  }
}

function prepare(database: DatabaseSyncInstance, table: string): Statements {
  const upsert = (rows: number) =>
    database.prepare(
      `INSERT INTO ${table} (key, position, document) VALUES ${Array<string>(rows).fill('(?, ?, ?)').join(', ')} ` +
        `ON CONFLICT (key) DO UPDATE SET position = excluded.position, document = excluded.document WHERE position < excluded.position`,
    );
  return {
    one: upsert(1),
    many: upsert(ROWS),
    create: database.prepare(`INSERT INTO ${table} (key, position, document) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`),
    replace: database.prepare(`UPDATE ${table} SET position = ?, document = ? WHERE key = ? AND position = ?`),
  };
}

function columns({ key, position, document }: DocumentWrite): Column[] {
  checkKey(key);
  return [key, position, document === null ? null : JSON.stringify(document)];
}
