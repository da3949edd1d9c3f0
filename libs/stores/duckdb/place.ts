import { rename, rm } from 'node:fs/promises';
import type { AnalyticalDatabase, DatabasePlace, Schema } from '#warehouse';
import { DuckDbDatabase } from './database.js';

const BESIDE = '.rebuild';

/** A file, or memory where none is named. */
export class DuckDbPlace implements DatabasePlace {
  constructor(
    private readonly schema: Schema,
    private readonly file?: string,
  ) {}

  open(): Promise<DuckDbDatabase> {
    return DuckDbDatabase.open(this.schema, this.file);
  }

  async openBeside(): Promise<DuckDbDatabase> {
    if (this.file === undefined) return DuckDbDatabase.open(this.schema);
    await removed(this.file + BESIDE);
    return DuckDbDatabase.open(this.schema, this.file + BESIDE);
  }

  async swap(live: AnalyticalDatabase, beside: AnalyticalDatabase): Promise<AnalyticalDatabase> {
    await live.close();
    if (this.file === undefined) return beside;
    await beside.close();
    await removed(this.file);
    await rename(this.file + BESIDE, this.file);
    return this.open();
  }
}

/** The database and its log of writes. */
async function removed(file: string): Promise<void> {
  await rm(`${file}.wal`, { force: true });
  await rm(file, { force: true });
}
