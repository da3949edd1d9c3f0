import { StatementType, type DuckDBConnection, type DuckDBPreparedStatement } from '@duckdb/node-api';
import { InvalidQuery, QueryTooExpensive } from '#event-sourcing';
import type { Scalar, SqlAnswer, SqlMoment, SqlQuestion } from '#warehouse';
import { told } from './values.js';

const END_OF_TIME = 'infinity';

/** One SELECT in a transaction that cannot write, ended when its time is over. The connection is of no use afterwards. */
export async function answerTo(connection: DuckDBConnection, question: SqlQuestion): Promise<SqlAnswer> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    connection.interrupt();
  }, question.timeoutMs);
  try {
    await begin(connection, question.moment);
    return await rowsOf(await statementOf(connection, question), question.limit);
  } catch (error) {
    throw isLate ? new QueryTooExpensive(`It took longer than ${question.timeoutMs / 1000} seconds. Ask for less: group earlier, or filter by time.`) : explained(error as Error);
  } finally {
    clearTimeout(timer);
  }
}

/** Times and positions come as checked values, and variables take no parameters. */
async function begin(connection: DuckDBConnection, { asOf, knownAt = END_OF_TIME, position = Number.MAX_SAFE_INTEGER }: SqlMoment): Promise<void> {
  const time = (iso: string) => `TIMESTAMP '${iso === END_OF_TIME ? iso : new Date(iso).toISOString().replace('Z', '')}'`;
  await connection.run(`SET VARIABLE as_of = ${time(asOf)}`);
  await connection.run(`SET VARIABLE known_at = ${time(knownAt)}`);
  await connection.run(`SET VARIABLE position = ${BigInt(position)}::BIGINT`);
  await connection.run('BEGIN TRANSACTION READ ONLY');
}

async function statementOf(connection: DuckDBConnection, { sql, parameters = [] }: SqlQuestion): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new InvalidQuery(`Give one SELECT; there are ${statements.count} statements.`);
  const statement = await statements.prepare(0);
  if (statement.statementType !== StatementType.SELECT) throw new InvalidQuery(`Only SELECT is answered, not ${StatementType[statement.statementType]}: the warehouse is read-only.`);
  bind(statement, parameters);
  return statement;
}

function bind(statement: DuckDBPreparedStatement, parameters: readonly Scalar[] | Readonly<Record<string, Scalar>>): void {
  const given = new Map(Object.entries(parameters).map(([name, value]) => [Array.isArray(parameters) ? String(Number(name) + 1) : name, value] as const));
  for (let index = 1; index <= statement.parameterCount; index++) {
    const name = statement.parameterName(index);
    if (!given.has(name)) throw new InvalidQuery(`The statement has a parameter $${name}, and no value is given for it.`);
    const value = given.get(name)!;
    statement.bindValue(index, Number.isInteger(value) ? BigInt(value) : value);
    given.delete(name);
  }
  const [unused] = given.keys();
  if (unused !== undefined) throw new InvalidQuery(`A value is given for $${unused}, which is not in the statement.`);
}

async function rowsOf(statement: DuckDBPreparedStatement, limit: number): Promise<SqlAnswer> {
  const reader = await statement.streamAndReadUntil(limit + 1);
  const names = reader.deduplicatedColumnNames();
  const types = reader.columnTypes().map(String);
  const rows = reader.getRowsJS();
  return {
    columns: names.map((name, index) => ({ name, type: types[index]! })),
    rows: rows.slice(0, limit).map((row) => Object.fromEntries(row.map((value, index) => [names[index]!, told(value, types[index]!)]))),
    truncated: rows.length > limit,
  };
}

/** What DuckDB says of a statement is for whoever wrote it. */
function explained(error: Error): Error {
  if (error instanceof InvalidQuery) return error;
  if (/^Out of Memory/i.test(error.message)) return new QueryTooExpensive('It needs more memory than a question may have. Ask for less: group earlier, or filter by time.');
  return new InvalidQuery(error.message.replace(/^Failed to extract statements: /, ''));
}
