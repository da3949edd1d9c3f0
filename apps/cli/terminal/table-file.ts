import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { TABLE_FORMATS } from '#tables';
import { type Column } from '#event-sourcing';
import { pathOf } from '../invocation.js';
import { WrongUsage } from './exit.js';
import { note } from './output.js';

interface Written {
  columns: readonly Column[];
  rows: readonly Readonly<Record<string, unknown>>[];
}

/** Writes rows into a file in the format that its ending names. @throws WrongUsage there is no such format. */
export async function writeTable(file: string, table: Written): Promise<void> {
  const format = TABLE_FORMATS[extname(file).slice(1).toLowerCase()];
  if (!format) throw new WrongUsage(`${file} must end with one of ${Object.keys(TABLE_FORMATS).map((ending) => `.${ending}`).join(', ')}.`);
  const path = pathOf(file);
  await writeFile(path, format.write(table));
  note(`${path} holds ${table.rows.length} rows.`);
}
