import { DuckDBDataChunk, DuckDBInstance, VARCHAR, BIGINT, TIMESTAMP, type DuckDBConnection, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import type { Position } from '#event-sourcing';
import type { AnalyticalDatabase, ClosedRow, Load, LoadRun, Mark, Schema, SqlAnswer, SqlQuestion, Table, VersionedRow } from '#warehouse';
import { answerTo } from './question.js';
import { creation } from './tables.js';
import { stored, timestamp, TYPES } from './values.js';

/** SQL can neither read nor write files or the network, nor change that. */
const SETTINGS = {
  threads: '2', memory_limit: '512MB', enable_external_access: 'false',
  autoinstall_known_extensions: 'false', autoload_known_extensions: 'false', allow_community_extensions: 'false',
};

/** Rows of one data chunk of DuckDB. */
const CHUNK = 2_048;
const CLOSING_TYPES: readonly DuckDBType[] = [VARCHAR, VARCHAR, BIGINT, TIMESTAMP];
const VERSION_TYPES: readonly DuckDBType[] = [VARCHAR, VARCHAR, BIGINT, TIMESTAMP, BIGINT, TIMESTAMP, TIMESTAMP, TIMESTAMP];

/** A DuckDB database with the tables of a schema. */
export class DuckDbDatabase implements AnalyticalDatabase {
  private readonly tables: ReadonlyMap<string, Table>;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    schema: Schema,
  ) {
    this.tables = new Map(schema.tables.map((table) => [table.name, table]));
  }

  /** @param file memory where it is left out. An empty database gets its tables. */
  static async open(schema: Schema, file?: string): Promise<DuckDbDatabase> {
    const instance = await DuckDBInstance.create(file ?? ':memory:', SETTINGS);
    const connection = await instance.connect();
    const made = await connection.runAndReadAll("SELECT 1 FROM information_schema.tables WHERE table_schema = 'history' AND table_name = 'state'");
    if (made.currentRowCount === 0) await inTransaction(connection, async () => void (await run(connection, creation(schema))));
    await run(connection, ['CREATE TEMP TABLE closing (key VARCHAR, row_id VARCHAR, position BIGINT, recorded_at TIMESTAMP)', 'SET lock_configuration = true']);
    return new DuckDbDatabase(instance, connection, schema);
  }

  async version(): Promise<number> {
    return Number((await this.first('SELECT version FROM history.state'))[0]);
  }

  async position(): Promise<Position> {
    return Number((await this.first('SELECT position FROM history.state'))[0]);
  }

  async write({ position, inserted, closed, run: loadRun }: Load): Promise<void> {
    await inTransaction(this.connection, async () => {
      for (const [table, rows] of closed) await this.closeRows(table, rows);
      for (const [table, rows] of inserted) await this.insert(this.tables.get(table)!, rows);
      await this.connection.run('UPDATE history.state SET position = $1', [BigInt(position)]);
      await this.noteRun(loadRun);
    });
  }

  async note(loadRun: LoadRun): Promise<void> {
    await inTransaction(this.connection, () => this.noteRun(loadRun));
  }

  async runs(limit: number): Promise<LoadRun[]> {
    const found = await this.connection.runAndReadAll('SELECT * FROM load_runs ORDER BY run DESC LIMIT $1', [limit]);
    return found.getRowObjectsJS().map((row) => ({
      run: Number(row['run']), kind: row['kind'] as LoadRun['kind'], startedAt: (row['started_at'] as Date).toISOString(), endedAt: (row['ended_at'] as Date | null)?.toISOString() ?? null,
      fromPosition: Number(row['from_position']), toPosition: Number(row['to_position']), eventsIn: Number(row['events_in']), rowsOut: Number(row['rows_out']), rowsClosed: Number(row['rows_closed']),
      error: row['error'] as string | null,
    }));
  }

  async keys(tables: readonly string[]): Promise<string[]> {
    const found = await this.connection.runAndReadAll(tables.map((table) => `SELECT DISTINCT key FROM history.${table}`).join(' UNION '));
    return found.getRowsJS().map(([key]) => key as string);
  }

  async query(question: SqlQuestion): Promise<SqlAnswer> {
    const connection = await this.instance.connect();
    try {
      return await answerTo(connection, question);
    } finally {
      connection.closeSync();
    }
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  private async insert(table: Table, rows: readonly VersionedRow[]): Promise<void> {
    const columns = Object.entries(table.columns);
    const types = [...VERSION_TYPES, ...columns.map(([, type]) => TYPES[type].type)];
    await this.append(table.name, 'history', types, rows, ({ key, id, since, closed, from, until, row: { values } }) => [
      key, id, ...markValues(since), ...(closed ? markValues(closed) : [null, null]), timeOrNull(from), timeOrNull(until), ...columns.map(([column, type]) => stored(values[column] ?? null, type)),
    ]);
  }

  private async closeRows(table: string, rows: readonly ClosedRow[]): Promise<void> {
    await this.append('closing', 'main', CLOSING_TYPES, rows, ({ key, id, closed }) => [key, id, ...markValues(closed)], 'temp');
    await run(this.connection, [
      `UPDATE history.${table} AS row SET until_position = closing.position, until_recorded_at = closing.recorded_at
       FROM closing WHERE row.key = closing.key AND row.row_id = closing.row_id AND row.until_position IS NULL`,
      'DELETE FROM closing',
    ]);
  }

  private async append<Row>(table: string, schema: string, types: readonly DuckDBType[], rows: readonly Row[], valuesOf: (row: Row) => DuckDBValue[], catalog?: string): Promise<void> {
    const appender = await this.connection.createAppender(table, schema, catalog ?? null);
    for (let next = 0; next < rows.length; next += CHUNK) {
      const chunk = DuckDBDataChunk.create(types);
      chunk.setRows(rows.slice(next, next + CHUNK).map(valuesOf));
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
    appender.closeSync();
  }

  private async noteRun({ run: number, kind, startedAt, endedAt, fromPosition, toPosition, eventsIn, rowsOut, rowsClosed, error }: LoadRun): Promise<void> {
    await this.connection.run('DELETE FROM load_runs WHERE run = $1', [BigInt(number)]);
    await this.connection.run('INSERT INTO load_runs VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
      BigInt(number), kind, timestamp(startedAt), timeOrNull(endedAt),
      BigInt(fromPosition), BigInt(toPosition), BigInt(eventsIn), BigInt(rowsOut), BigInt(rowsClosed), error,
    ]);
  }

  private async first(sql: string): Promise<readonly unknown[]> {
    return (await this.connection.runAndReadAll(sql)).getRowsJS()[0]!;
  }
}

const markValues = ({ position, recordedAt }: Mark): DuckDBValue[] => [BigInt(position), timestamp(recordedAt)];
const timeOrNull = (iso: string | null): DuckDBValue => (iso === null ? null : timestamp(iso));

async function run(connection: DuckDBConnection, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await connection.run(statement);
}

async function inTransaction(connection: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  try {
    await work();
    await connection.run('COMMIT');
  } catch (error) {
    // Some errors end the transaction by themselves; what is told is why the work failed.
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
