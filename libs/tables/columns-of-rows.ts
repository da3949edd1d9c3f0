import { type Column, type ColumnType } from '#event-sourcing';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

/** Columns of rows that say nothing of their types: of each field the narrowest type that all its values have. */
export function columnsOfRows(rows: readonly Readonly<Record<string, unknown>>[]): Column[] {
  const types = new Map<string, Set<ColumnType>>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      const known = types.get(name) ?? new Set();
      if (value !== null && value !== undefined) known.add(typeOf(value));
      types.set(name, known);
    }
  }
  return [...types].map(([name, known]) => ({ name, type: widest(known) }));
}

function typeOf(value: NonNullable<unknown>): ColumnType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
  if (typeof value !== 'string') return 'json';
  if (TIME.test(value) && !Number.isNaN(Date.parse(value))) return 'time';
  return DATE.test(value) && !Number.isNaN(Date.parse(value)) ? 'date' : 'text';
}

function widest(types: ReadonlySet<ColumnType>): ColumnType {
  if (types.size === 1) return [...types][0]!;
  const all = [...types];
  if (all.length > 0 && all.every((type) => type === 'integer' || type === 'number')) return 'number';
  return all.every((type) => type === 'text' || type === 'time' || type === 'date') ? 'text' : 'json';
}
