import { BIGINT, BOOLEAN, DOUBLE, LIST, listValue, TIMESTAMP, DuckDBTimestampValue, VARCHAR, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import type { ColumnType, Value } from '#warehouse';

export const TYPES: Readonly<Record<ColumnType, { sql: string; type: DuckDBType }>> = {
  text: { sql: 'VARCHAR', type: VARCHAR },
  integer: { sql: 'BIGINT', type: BIGINT },
  number: { sql: 'DOUBLE', type: DOUBLE },
  boolean: { sql: 'BOOLEAN', type: BOOLEAN },
  time: { sql: 'TIMESTAMP', type: TIMESTAMP },
  texts: { sql: 'VARCHAR[]', type: LIST(VARCHAR) },
};

/** A value of ours in a column of this type. */
export function stored(value: Value, type: ColumnType): DuckDBValue {
  if (value === null) return null;
  switch (type) {
    case 'integer': return BigInt(value as number);
    case 'time': return timestamp(value as string);
    case 'texts': return listValue([...(value as readonly string[])]);
    case 'text':
    case 'number':
    case 'boolean': return value as string | number | boolean;
  }
}

export const timestamp = (iso: string): DuckDBTimestampValue => new DuckDBTimestampValue(BigInt(Date.parse(iso)) * 1000n);

/** A value of an answer as JSON has it: whole numbers as numbers where they fit, times as ISO 8601, what is no number as null. */
export function told(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof Date) return type === 'DATE' ? value.toISOString().slice(0, 10) : value.toISOString();
  if (Array.isArray(value)) return value.map((each) => told(each, type.replace(/\[\d*\]$/, '')));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, told(each, '')]));
  return value;
}

