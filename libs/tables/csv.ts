import { stringify } from 'csv-stringify/sync';
import type { Table } from './table.js';

/** RFC 4180, for spreadsheets too: a text that one would take for a formula begins with an apostrophe. What is not known is empty. */
export function asCsv({ columns, rows }: Table): string {
  const cells = rows.map((row) => columns.map(({ name }) => cellOf(row[name])));
  return stringify(cells, { header: true, columns: columns.map(({ name }) => name), record_delimiter: 'windows', escape_formulas: true, bom: true, cast: { number: String } });
}

function cellOf(value: unknown): unknown {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
