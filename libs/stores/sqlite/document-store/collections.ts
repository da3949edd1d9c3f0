import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { createHash } from 'node:crypto';
import type { IndexSpec } from '#event-sourcing';
import { columnOf, marked } from './columns.js';

/** A collection as the database has it: a table of its own, under a number that is never used again. */
export interface Collection {
  table: string;
  /** Paths that an index holds. */
  paths: ReadonlySet<string>;
}

interface Row {
  id: number;
  indexes: string;
}

/** Which collections there are, with which indexes. */
export class Collections {
  private readonly row;
  private readonly known = new Map<string, Row & Collection>();

  constructor(private readonly database: DatabaseSyncInstance) {
    this.row = database.prepare('SELECT id, indexes FROM collections WHERE name = ?');
  }

  /** Always asks the database: of its connections only one makes, changes and drops collections. */
  get(name: string): Collection | undefined {
    const row = this.row.get(name) as Row | undefined;
    if (!row) return undefined;
    const known = this.known.get(name);
    if (known?.id === row.id && known.indexes === row.indexes) return known;
    const paths = new Set((JSON.parse(row.indexes) as IndexSpec[]).flatMap(Object.keys));
    const collection = { ...row, table: `documents_${row.id}`, paths };
    this.known.set(name, collection);
    return collection;
  }

  names(): string[] {
    return this.database.prepare('SELECT name FROM collections ORDER BY name').all().map(({ name }: { name: string }) => name);
  }

  /** Inside a transaction: the collection, made where there was none. */
  made(name: string): Collection {
    const collection = this.get(name);
    if (collection) return collection;
    this.database.prepare(`INSERT INTO collections (name, indexes) VALUES (?, '[]')`).run(name);
    const made = this.get(name)!;
    this.database.exec(`CREATE TABLE ${made.table} (key TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL, document TEXT)`);
    return made;
  }

  /** Inside a transaction: makes the indexes that are declared and removes those that are not. */
  index(name: string, specs: readonly IndexSpec[]): void {
    const { table } = this.made(name);
    const declared = new Map(definitions(table, specs));
    const existing = this.database
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`)
      .all(table)
      .map(({ name }: { name: string }) => name);
    for (const index of existing) if (!declared.has(index)) this.database.exec(`DROP INDEX ${index}`);
    for (const [index, sql] of declared) if (!existing.includes(index)) this.database.exec(sql);
    this.database.prepare('UPDATE collections SET indexes = ? WHERE name = ?').run(JSON.stringify(specs), name);
  }

  /** Inside a transaction. */
  drop(name: string): void {
    const collection = this.get(name);
    if (!collection) return;
    this.database.exec(`DROP TABLE ${collection.table}`);
    this.database.prepare('DELETE FROM collections WHERE name = ?').run(name);
    this.known.delete(name);
  }
}

/** SQL for the declared indexes, and for small ones that tell at once whether a path leads to an array or object somewhere. */
function definitions(table: string, specs: readonly IndexSpec[]): [name: string, sql: string][] {
  const indexes = specs.filter((spec) => Object.keys(spec).some((path) => path !== '_id'));
  const leading = new Set(indexes.map((spec) => Object.keys(spec)[0]!));
  const others = new Set(indexes.flatMap(Object.keys).filter((path) => path !== '_id' && !leading.has(path)));
  return [
    ...indexes.map((spec) => named(table, 'index', `(${columns(spec)}) WHERE document IS NOT NULL`)),
    ...[...others].map((path) => named(table, 'marked', `(key) WHERE ${marked(path)}`)),
  ];
}

// The key comes last, in the direction of the last field: that is the order of equals in a sort.
function columns(spec: IndexSpec): string {
  const fields = Object.entries(spec);
  const total = '_id' in spec ? fields : [...fields, ['_id', fields.at(-1)![1]] as const];
  return total.map(([path, direction]) => `${columnOf(path)} ${direction === 1 ? 'ASC' : 'DESC'}`).join(', ');
}

function named(table: string, kind: string, definition: string): [name: string, sql: string] {
  const name = `${kind}_${table}_${createHash('sha256').update(definition).digest('hex').slice(0, 16)}`;
  return [name, `CREATE INDEX ${name} ON ${table} ${definition}`];
}
