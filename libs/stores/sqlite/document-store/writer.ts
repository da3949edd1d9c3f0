import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { Position } from '#event-sourcing';
import type { Collections } from './collections.js';
import type { EncodedWrites } from './encoded.js';

/** Rows in one statement: fewer calls into SQLite for each document. */
const ROWS = 25;

interface Statements {
  one: StatementSyncInstance;
  many: StatementSyncInstance;
  create: StatementSyncInstance;
  replace: StatementSyncInstance;
}

type Value = string | number | null;

/** Writes documents, inside a transaction. */
export class DocumentWriter {
  private readonly prepared = new Map<string, Statements>();

  constructor(
    private readonly database: DatabaseSyncInstance,
    private readonly collections: Collections,
  ) {}

  write(writes: EncodedWrites): void {
    const { one, many } = this.statements(writes.collection);
    const count = writes.keys.length;
    let next = 0;
    for (; next + ROWS <= count; next += ROWS) many.run(...values(writes, next, ROWS));
    for (; next < count; next++) one.run(...values(writes, next, 1));
  }

  compareAndSet({ collection, keys: [key], positions: [position], documents: [document] }: EncodedWrites, expected: Position | undefined): boolean {
    const { create, replace } = this.statements(collection);
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

function values({ keys, positions, documents }: EncodedWrites, begin: number, count: number): Value[] {
  const values: Value[] = [];
  for (let place = begin; place < begin + count; place++) values.push(keys[place]!, positions[place]!, documents[place]!);
  return values;
}
