import { InvalidArgumentError, type Command } from 'commander';
import { type Scalar, WAREHOUSE_LIMITS } from '#warehouse';
import { openWarehouseAccess } from '../access/warehouse-access.js';
import { usingAccess, wholeNumber } from '../invocation.js';
import { note, rowsTable, table } from '../terminal/output.js';

export const using = usingAccess(openWarehouseAccess);

export interface MomentOptions {
  asOf?: string;
  knownAt?: string;
  position?: number;
  limit?: number;
}

export function addWarehouse(program: Command): void {
  const warehouse = program.command('warehouse').description('the star schema: facts and dimensions, in SQL');
  withMoment(warehouse.command('query'))
    .description('one SELECT, read-only, as of any moment')
    .argument('<sql>', 'such as: SELECT channel, sum(amount), currency FROM fact_purchase GROUP BY ALL')
    .option('--param <name=value>', 'a value for $name; may be given again', namedValue, {})
    .option('--lines', 'one JSON object on each line')
    .action(async (sql: string, { param, ...moment }: MomentOptions & { param: Record<string, Scalar> }, command: Command) => {
      await using(command, async (access, { output }) => {
        const answer = await access.query({ sql, ...momentOf(moment), ...(Object.keys(param).length > 0 && { parameters: param }) });
        await output.answers(onePage(answer.rows), rowsTable);
        if (output.isForPeople) note(`${answer.rows.length} rows${answer.truncated ? ', and there are more: --limit' : ''}; as of ${answer.asOf}, position ${answer.position}.`);
      });
    });
  withTime(warehouse.command('why'))
    .description('which events rows of a table rest on')
    .argument('<table>', 'such as fact_purchase or dim_customer')
    .argument('<key>', 'the id of the purchase, interaction, customer or offering')
    .action(async (name: string, key: string, moment: MomentOptions, command: Command) => {
      await using(command, async (access, { output }) => {
        const answer = await access.why(name, key, momentOf(moment));
        await output.answer(answer, () => [
          ...answer.rows.map(({ values, events }) => table(['column', 'value'], [...Object.entries(values), ['rests on', events.join(' ')]])),
          table(['event', 'type', 'stream', 'position', 'occurred', 'recorded', 'command', 'caused by'], answer.events.map((each) =>
            [each.id, each.type, `${each.stream}@${each.revision}`, each.position, each.occurredAt, each.recordedAt, each.command, each.causationId])),
        ].join('\n'));
      });
    });
  warehouse
    .command('status')
    .description('its tables, how far it is, and what the last loads brought')
    .action(async (_options: object, command: Command) => {
      await using(command, async (access, { output }) => {
        const status = await access.status();
        await output.answer(status, () => [
          `Position ${status.position} of ${status.head}, version ${status.version}, ${status.state}. It follows the log when it is asked.`,
          table(['table', 'columns', 'what it holds'], status.tables.map(({ name, columns, summary }) => [name, columns && Object.keys(columns).join(' '), summary])),
          table(['run', 'kind', 'started', 'ended', 'from', 'to', 'events in', 'rows out', 'closed', 'error'], status.runs.map((run): unknown[] => Object.values(run))),
        ].join('\n'));
      });
    });
  warehouse
    .command('rebuild')
    .description('fills it anew beside the one that answers, and swaps')
    .action(async (_options: object, command: Command) => {
      await using(command, async (access, { output }) => {
        const run = await access.rebuild();
        await output.answer(run, () => `The warehouse is filled anew: ${run.eventsIn} events in, ${run.rowsOut} rows out, up to position ${run.toPosition}.`);
      });
    });
}

export function withMoment(command: Command): Command {
  return withTime(command).option('--limit <number>', `rows at most (default: ${WAREHOUSE_LIMITS.rows})`, wholeNumber(1));
}

function withTime(command: Command): Command {
  return command
    .option('--as-of <time>', 'as it was then: a date (that whole day, UTC) or a time')
    .option('--known-at <time>', 'as it was known then')
    .option('--position <position>', 'as of this position of the log', wholeNumber(0));
}

export function momentOf({ asOf, knownAt, position, limit }: MomentOptions): MomentOptions {
  return { ...(asOf !== undefined && { asOf }), ...(knownAt !== undefined && { knownAt }), ...(position !== undefined && { position }), ...(limit !== undefined && { limit: Math.min(limit, WAREHOUSE_LIMITS.maxRows) }) };
}

/** A number, true, false or null where it is one; otherwise a text. */
export function namedValue(given: string, known: Record<string, Scalar>): Record<string, Scalar> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be name=value.');
  return { ...known, [name]: scalarOf(value) };
}

export function scalarOf(text: string): Scalar {
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text) ? Number(text) : text;
}

async function* onePage<T>(rows: readonly T[]): AsyncIterable<readonly T[]> {
  yield rows;
}
