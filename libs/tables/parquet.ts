import { parquetWriteBuffer } from 'hyparquet-writer';
import { type ColumnType } from '#event-sourcing';
import type { Table } from './table.js';

type Physical = { type: 'BYTE_ARRAY' | 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN'; converted_type?: 'UTF8' | 'JSON' | 'DATE' | 'TIMESTAMP_MILLIS' };

const TYPES: Readonly<Record<ColumnType, Physical>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  json: { type: 'BYTE_ARRAY', converted_type: 'JSON' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  date: { type: 'INT32', converted_type: 'DATE' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
};

/** Apache Parquet: every column may be null, times are UTC. */
export function asParquet({ columns, rows }: Table): Buffer {
  const written = parquetWriteBuffer({
    columnData: columns.map(({ name, type }) => ({ name, data: rows.map((row) => valueOf(row[name], type)) })),
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(({ name, type }) => ({ name, repetition_type: 'OPTIONAL' as const, ...TYPES[type] }))],
  });
  return Buffer.from(written);
}

function valueOf(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'integer': return BigInt(value as number);
    case 'date':
    case 'time': return new Date(value as string);
    case 'json':
    case 'text':
    case 'number':
    case 'boolean': return value;
  }
}
