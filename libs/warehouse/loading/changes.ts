import type { ClosedRow, Mark, TableRow, VersionedRow } from '../model/table.js';

/** What rows become between two writes. A row that comes and goes within one event never was; one that goes later is written with its end. */
export class Changes {
  readonly inserted = new Map<string, VersionedRow[]>();
  readonly closed = new Map<string, ClosedRow[]>();
  /** Those inserted here that still hold, by table, key and id. */
  private readonly open = new Map<string, VersionedRow>();
  rowsOut = 0;
  rowsClosed = 0;

  get size(): number {
    return this.rowsOut + this.rowsClosed;
  }

  /** From these rows of a key to those, because of what the mark says. */
  step(key: string, before: readonly TableRow[], after: readonly TableRow[], mark: Mark): void {
    if (before === after) return;
    const known = new Map(before.map((row) => [idOf(row), row]));
    for (const row of after) {
      const former = known.get(idOf(row));
      known.delete(idOf(row));
      if (former && isSame(former, row)) continue;
      if (former) this.close(key, former, mark);
      this.insert({ ...row, key, since: mark });
    }
    for (const row of known.values()) this.close(key, row, mark);
  }

  private insert(row: VersionedRow): void {
    listIn(this.inserted, row.table).push(row);
    this.open.set(nameOf(row.key, row), row);
    this.rowsOut++;
  }

  private close(key: string, row: TableRow, until: Mark): void {
    const own = this.open.get(nameOf(key, row));
    this.open.delete(nameOf(key, row));
    this.rowsClosed++;
    if (own) own.until = until;
    else listIn(this.closed, row.table).push({ key, id: row.id, until });
  }
}

const idOf = ({ table, id }: TableRow): string => `${table} ${id}`;
const nameOf = (key: string, row: TableRow): string => `${idOf(row)} ${key}`;

function isSame(one: TableRow, other: TableRow): boolean {
  return one === other || JSON.stringify(one.values) === JSON.stringify(other.values);
}

function listIn<T>(lists: Map<string, T[]>, name: string): T[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}
