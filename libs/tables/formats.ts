import { asCsv } from './csv.js';
import { asJsonLines } from './json-lines.js';
import { asParquet } from './parquet.js';
import type { Table } from './table.js';

interface Format {
  mediaType: string;
  write: (table: Table) => string | Buffer;
}

/** What a table can be written as, by the ending of the file's name. */
export const TABLE_FORMATS: Readonly<Record<string, Format>> = {
  csv: { mediaType: 'text/csv; charset=utf-8', write: asCsv },
  jsonl: { mediaType: 'application/x-ndjson', write: asJsonLines },
  parquet: { mediaType: 'application/vnd.apache.parquet', write: asParquet },
};
