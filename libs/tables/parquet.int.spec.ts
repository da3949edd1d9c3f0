import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from '@jest/globals';
import { columnsOfRows, TABLE_FORMATS, type Table } from './index.js';

/** What another program reads in the file. */
async function readBack(table: Table): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'guanxi-parquet-'));
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const file = join(folder, 'table.parquet');
    await writeFile(file, TABLE_FORMATS['parquet']!.write(table));
    const read = await (await instance.connect()).runAndReadAll(`SELECT * FROM '${file}'`);
    return { types: read.columnTypes().map(String), rows: read.getRowObjectsJson() };
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}

describe('A table as Parquet', () => {
  it('has its types and values, and what is not known is null', async () => {
    const table: Table = {
      columns: [{ name: 'id', type: 'text' }, { name: 'n', type: 'integer' }, { name: 'share', type: 'number' }, { name: 'ok', type: 'boolean' }, { name: 'day', type: 'date' }, { name: 'at', type: 'time' }, { name: 'events', type: 'json' }],
      rows: [{ id: 'Ä', n: 2 ** 40, share: 0.25, ok: true, day: '2026-01-31', at: '2026-01-31T10:00:00.123Z', events: ['e1'] }, { id: 'b' }],
    };
    expect(await readBack(table)).toEqual({
      types: ['VARCHAR', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'DATE', expect.stringMatching(/^TIMESTAMP/), expect.stringMatching(/JSON|VARCHAR/)],
      rows: [
        { id: 'Ä', n: String(2 ** 40), share: 0.25, ok: true, day: '2026-01-31', at: expect.stringContaining('2026-01-31 10:00:00.123'), events: '["e1"]' },
        { id: 'b', n: null, share: null, ok: null, day: null, at: null, events: null },
      ],
    });
  });

  it('may have no row', async () => {
    expect(await readBack({ columns: [{ name: 'id', type: 'text' }], rows: [] })).toMatchObject({ rows: [] });
  });

  it('gets the columns of rows that say nothing of their types from their values', () => {
    const rows = [{ a: 1, b: 1, c: 'x', d: '2026-01-31T10:00:00Z', e: '2026-01-31', f: { g: 1 }, h: null, i: '2026-01-31' }, { a: 2, b: 0.5, c: null, i: 'soon' }];
    expect(columnsOfRows(rows).map(({ name, type }) => `${name} ${type}`)).toEqual(['a integer', 'b number', 'c text', 'd time', 'e date', 'f json', 'h text', 'i text']);
  });
});
