import type { ClosedRow, Mark, TimedRow, VersionedRow } from '../model/table.js';
import { isSameRow, nameOf } from './timed-rows.js';

/** What rows become between two writes. A row that comes and goes within one event never was; one that goes later is written with its end. */
export class Changes {
  readonly inserted = new Map<string, VersionedRow[]>();
  readonly closed = new Map<string, ClosedRow[]>();
  /** Those inserted here that are still known, by table, key and id. */
  private readonly open = new Map<string, VersionedRow>();
  rowsOut = 0;
  rowsClosed = 0;

  get size(): number {
    return this.rowsOut + this.rowsClosed;
  }

  /** Keys that have a new row in one of these tables. */
  keys(tables: readonly string[]): string[] {
    return tables.flatMap((table) => (this.inserted.get(table) ?? []).map(({ key }) => key));
  }

  /** From these rows of a key to those, because of what the mark says. */
  step(key: string, before: readonly TimedRow[], after: readonly TimedRow[], mark: Mark): void {
    const known = new Map(before.map((row) => [timedNameOf(row), row]));
    for (const row of after) {
      const name = timedNameOf(row);
      const former = known.get(name);
      known.delete(name);
      if (former && former.until === row.until && isSameRow(former.row, row.row)) continue;
      if (former) this.close(key, former, mark);
      this.insert({ ...row, key, id: idOf(row), since: mark });
    }
    for (const row of known.values()) this.close(key, row, mark);
  }

  private insert(row: VersionedRow): void {
    listIn(this.inserted, row.row.table).push(row);
    this.open.set(`${timedNameOf(row)} ${row.key}`, row);
    this.rowsOut++;
  }

  private close(key: string, row: TimedRow, closed: Mark): void {
    const name = `${timedNameOf(row)} ${key}`;
    const own = this.open.get(name);
    this.open.delete(name);
    this.rowsClosed++;
    if (own) own.closed = closed;
    else listIn(this.closed, row.row.table).push({ key, id: idOf(row), closed });
  }
}

/** The same may be told of several spans of time. */
const idOf = ({ row: { id }, from }: TimedRow): string => (from === null ? id : `${id}@${from}`);
const timedNameOf = (row: TimedRow): string => (row.from === null ? nameOf(row.row) : `${nameOf(row.row)}@${row.from}`);

function listIn<T>(lists: Map<string, T[]>, name: string): T[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}
