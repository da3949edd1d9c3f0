import type { Table, TableRow, TimedRow } from '../model/table.js';

/** The rows from a moment on until another, ISO 8601; from `''`: from ever; until null: for ever. */
export interface Stretch {
  from: string;
  until: string | null;
  rows: readonly TableRow[];
}

const EVER = '';

/** Rows with the spans in which they hold: one that goes on from a stretch to the next is one row. */
export function timedRows(tables: readonly Table[], stretches: readonly Stretch[]): TimedRow[] {
  const found: TimedRow[] = [];
  let last = new Map<string, TimedRow>();
  let reached: string | null = null;
  for (const { from, until, rows } of stretches) {
    const next = new Map<string, TimedRow>();
    for (const row of rows) {
      const at = timeOf(row, tables);
      // It tells of a time of which the next stretch tells.
      if (until !== null && at >= until) continue;
      const former = reached === from ? last.get(nameOf(row)) : undefined;
      const timed = former && isSameRow(former.row, row) ? former : { row, from: from === EVER || at >= from ? null : from, until };
      if (timed === former) timed.until = until;
      else found.push(timed);
      if (stretches.length > 1) next.set(nameOf(row), timed);
    }
    last = next;
    reached = until;
  }
  return found;
}

/** By table and id. */
export const nameOf = ({ table, id }: TableRow): string => `${table} ${id}`;

export function isSameRow(one: TableRow, other: TableRow): boolean {
  return one === other || JSON.stringify(one.values) === JSON.stringify(other.values);
}

/** Of what the row tells: before that it is not there anyway. */
function timeOf({ table, values }: TableRow, tables: readonly Table[]): string {
  const { happenedAt } = tables.find(({ name }) => name === table)!;
  return happenedAt === undefined ? EVER : (values[happenedAt] as string);
}
