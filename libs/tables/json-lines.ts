import type { Table } from './table.js';

/** A JSON object on each line, with the columns in their order. */
export function asJsonLines({ columns, rows }: Table): string {
  return rows.map((row) => `${JSON.stringify(Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null])))}\n`).join('');
}
