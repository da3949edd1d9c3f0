import { type Command } from 'commander';
import { MAX_PAGE } from '#event-sourcing';
import { columnsOfRows } from '#tables';
import { type Access, type ListAnswer, type ListParameters, type MomentParameters } from '../access/access.js';
import { invocationOf, wholeNumber, withAccess, type Invocation } from '../invocation.js';
import { Failed, WrongUsage } from '../terminal/exit.js';
import { fieldsTable, note, rowsTable, table } from '../terminal/output.js';
import { writeTable } from '../terminal/table-file.js';

interface ViewsOptions {
  filter?: string;
  sort?: string;
  fields?: string;
  limit?: number;
  cursor?: string;
  all?: boolean;
  report?: string;
  out?: string;
  asOf?: string;
  knownAt?: string;
  policiesAsOf?: string;
}

export function addViews(program: Command): void {
  program
    .command('views')
    .description('all views; the rows of one; one row; or a report')
    .argument('[view]', 'name of a view')
    .argument('[key]', 'key of one row')
    .option('--filter <json>', "rows that fit, in MongoDB's language: '{\"kind\":\"person\"}'")
    .option('--sort <fields>', 'such as name,-since: a dash for descending')
    .option('--fields <names>', 'only these fields, with commas')
    .option('--limit <number>', `rows at most, up to ${MAX_PAGE} (default: 50)`, wholeNumber(1))
    .option('--cursor <cursor>', 'goes on where a list ended: its `next`')
    .option('--all', 'all rows, page after page')
    .option('--report <name>', 'a question about all rows at once')
    .option('--as-of <time>', 'as it was then: a date (that whole day, UTC) or a time')
    .option('--known-at <time>', 'as it was known then')
    .option('--policies-as-of <time>', 'by the policies of another moment')
    .option('--out <file>', 'with --all: in a file, by its ending: csv, jsonl, parquet')
    .option('--lines', 'with --all: one JSON object on each line')
    .action(async (view: string | undefined, key: string | undefined, options: ViewsOptions, command: Command) => {
      check(view, key, options);
      const invocation = invocationOf(command);
      await withAccess(invocation.configuration, (access) => answer(access, invocation, view, key, options));
    });
}

function check(view: string | undefined, key: string | undefined, options: ViewsOptions): void {
  const { report, all, ...list } = options;
  const isPast = Object.keys(momentOf(options)).length > 0;
  const paged = list.limit !== undefined || list.cursor !== undefined;
  const listed = all === true || Object.keys(parametersOf(list)).length > 0;
  const rules: [boolean, string][] = [
    [view === undefined && (report !== undefined || listed || isPast), 'Name the view.'],
    [(key !== undefined || report !== undefined) && listed, '--filter, --sort, --fields, --limit, --cursor and --all are for lists.'],
    [key !== undefined && report !== undefined, 'A report is about all rows; leave out the key.'],
    [list.out !== undefined && all !== true, '--out is for all rows: add --all.'],
    [all === true && paged, '--all goes without --limit and --cursor.'],
  ];
  const broken = rules.find(([wrong]) => wrong);
  if (broken) throw new WrongUsage(broken[1]);
}

async function answer(access: Access, { output }: Invocation, view: string | undefined, key: string | undefined, options: ViewsOptions): Promise<void> {
  if (view === undefined) return listViews(access, output);
  if (options.report !== undefined) return showReport(access, output, view, options);
  if (key !== undefined) {
    const row = await access.row(view, key, momentOf(options));
    if (!row) throw new Failed(`${view} has no row "${key}".`);
    return output.answer(row, () => fieldsTable(row));
  }
  const parameters = { ...parametersOf(options), ...momentOf(options) };
  if (options.all && options.out !== undefined) return writeAll(options.out, pagesOf(access, view, parameters));
  if (options.all) return output.answers(pagesOf(access, view, parameters), rowsTable);
  const page = await access.list(view, parameters);
  await output.answer(page, () => (page.items.length > 0 ? rowsTable(page.items) : 'No rows.'));
  if (page.next !== undefined && output.isForPeople) note(`There are more: --cursor ${page.next}, or --all.`);
}

async function writeAll(file: string, pages: AsyncIterable<readonly Record<string, unknown>[]>): Promise<void> {
  const rows: Record<string, unknown>[] = [];
  for await (const page of pages) rows.push(...page);
  await writeTable(file, { columns: columnsOfRows(rows), rows });
}

async function listViews(access: Access, output: Invocation['output']): Promise<void> {
  const views = await access.views();
  const reportsOf = (reports: readonly { name: string }[]) => reports.map(({ name }) => name).join(', ');
  await output.answer(views, () => table(['view', 'version', 'reports', 'what it shows'], views.map(({ name, version, reports, summary }) => [name, version, reportsOf(reports), summary])));
}

async function showReport(access: Access, output: Invocation['output'], view: string, options: ViewsOptions): Promise<void> {
  const report = await access.report(view, options.report!, momentOf(options));
  await output.answer(report, () => {
    if (Array.isArray(report)) return rowsTable(report.map((item: unknown) => (isRow(item) ? item : { value: item })));
    return isRow(report) ? fieldsTable(report) : JSON.stringify(report);
  });
}

async function* pagesOf(access: Access, view: string, parameters: ListParameters): AsyncIterable<readonly Record<string, unknown>[]> {
  let cursor: string | undefined;
  do {
    const page: ListAnswer = await access.list(view, { ...parameters, limit: String(MAX_PAGE), ...(cursor !== undefined && { cursor }) });
    yield page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

function parametersOf({ filter, sort, fields, limit, cursor }: ViewsOptions): ListParameters {
  return givenOf({ filter, sort, fields, limit: limit?.toString(), cursor });
}

const momentOf = ({ asOf, knownAt, policiesAsOf }: ViewsOptions): MomentParameters => givenOf({ asOf, knownAt, policiesAsOf });

function givenOf(parameters: Record<string, string | undefined>): ListParameters {
  return Object.fromEntries(Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
