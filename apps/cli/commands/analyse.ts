import { InvalidArgumentError, Option, type Command } from 'commander';
import { AXES, INTERVALS, type DayAnswer } from '#event-sourcing';
import { TABLE_FORMATS } from '#tables';
import { type Access, type ListParameters } from '../access/access.js';
import { invocationOf, wholeNumber, withAccess, type Invocation } from '../invocation.js';
import { Failed, WrongUsage } from '../terminal/exit.js';
import { note, table } from '../terminal/output.js';
import { plotted } from '../terminal/plot.js';
import { progressBar } from '../terminal/progress.js';
import { writeTable } from '../terminal/table-file.js';
import { REPORT, writeReport } from './report.js';
import { answerText, explanationText, seriesPlots, seriesTable } from '../terminal/analysis-text.js';

interface AnalyseOptions {
  asOf?: string;
  knownAt?: string;
  policiesAsOf?: string;
  from?: string;
  set: ListParameters;
  explain?: string;
  series?: boolean;
  first?: string;
  last?: string;
  every?: string;
  by?: string;
  limit: number;
  csv?: boolean;
  jsonl?: boolean;
  out?: string;
}

const ROWS_SHOWN = 20;

export function addAnalyse(program: Command): void {
  program
    .command('analyse')
    .description('all analyses; what one finds, now or as of a moment; its series; why a row says what it says')
    .argument('[name]', 'name of an analysis')
    .option('--as-of <time>', 'as it was then: a date (that whole day, UTC) or a time')
    .option('--known-at <time>', 'as it was known then')
    .option('--policies-as-of <time>', 'by the policies in force then, instead of those of the moment')
    .option('--from <time>', 'of an analysis that compares: the earlier moment')
    .option('--set <name=value>', 'a parameter of the analysis; may be given again', parameter, {})
    .option('--explain <key>', 'why the row of this key says what it says')
    .option('--series', 'what it would have found at the end of each day')
    .option('--first <day>', 'with --series: the first day (default: that of the first event)')
    .option('--last <day>', 'with --series: the last day (default: the last one that has ended)')
    .addOption(new Option('--every <interval>', 'with --series: how far apart').choices(INTERVALS))
    .addOption(new Option('--by <axis>', 'with --series: what was true, known, or both').choices(AXES))
    .option('--out <file>', `the rows in a file, by its ending: ${Object.keys(TABLE_FORMATS).join(', ')}; report --out report.html writes a page with charts`)
    .option('--limit <number>', 'rows shown to people', wholeNumber(1), ROWS_SHOWN)
    .option('--csv', 'the rows as CSV')
    .option('--jsonl', 'the rows as JSON lines; of a series, a day on each line')
    .action(async (name: string | undefined, options: AnalyseOptions, command: Command) => {
      check(name, options);
      const invocation = invocationOf(command);
      if (name === REPORT) return writeReport(invocation, options);
      await withAccess(invocation.configuration, (access) => analyse(access, invocation, name, options), needsViews(options));
    });
}

/** The past is folded from the log: feeding views meanwhile would only take its time. */
const needsViews = ({ asOf, knownAt, policiesAsOf, series }: AnalyseOptions): boolean => series !== true && [asOf, knownAt, policiesAsOf].every((given) => given === undefined);

function parameter(text: string, known: ListParameters): ListParameters {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It must be name=value.');
  return { ...known, [name]: value! };
}

function check(name: string | undefined, options: AnalyseOptions): void {
  const { series, explain, csv, jsonl, first, last, every, by, asOf } = options;
  const rules: [boolean, string][] = [
    ...outRules(options),
    [name === undefined && Object.keys(options).some((option) => !['set', 'limit'].includes(option)), 'Name the analysis.'],
    [csv === true && jsonl === true, 'Give --csv or --jsonl, not both.'],
    [!series && [first, last, every, by].some((given) => given !== undefined), '--first, --last, --every and --by go with --series.'],
    [series === true && (asOf !== undefined || explain !== undefined || csv === true), '--series goes without --as-of, --explain and --csv; --last ends it.'],
    [explain !== undefined && (csv === true || jsonl === true), '--explain goes without --csv and --jsonl.'],
  ];
  const broken = rules.find(([wrong]) => wrong);
  if (broken) throw new WrongUsage(broken[1]);
}

function outRules({ out, csv, jsonl, series, explain }: AnalyseOptions): [boolean, string][] {
  const others = [csv, jsonl, series, explain].some((given) => given !== undefined);
  return [[out !== undefined && others, '--out goes without --csv, --jsonl, --series and --explain.']];
}

async function analyse(access: Access, { output }: Invocation, name: string | undefined, options: AnalyseOptions): Promise<void> {
  if (name === undefined) return listAnalyses(access, output);
  if (options.series) return showSeries(access, output, name, options);
  const bar = progressBar('Replaying');
  const onProgress = (done: number, total: number, text: string) => bar.update(done, total, text);
  const question = givenOf(options, 'asOf', 'knownAt', 'policiesAsOf', 'from');
  if (options.explain !== undefined) {
    const found = await access.explain(name, options.explain, question, onProgress).finally(() => bar.end());
    if (!found) throw new Failed(`${name} has no row "${options.explain}" at that moment, and nothing that it reads tells of it.`);
    return output.answer(found, () => explanationText(found));
  }
  const answer = await access.analyse(name, question, onProgress).finally(() => bar.end());
  if (options.out !== undefined) return writeTable(options.out, answer);
  const format = options.csv ? 'csv' : options.jsonl ? 'jsonl' : undefined;
  if (format) return output.text(String(TABLE_FORMATS[format]!.write(answer)));
  await output.answer(answer, () => [answerText(answer, options.limit), ...answer.plots.map(plotted)].join('\n\n'));
  if (output.isForPeople && answer.rows.length > options.limit) note(`${answer.rows.length - options.limit} more rows: --limit, or --csv for all.`);
}

async function listAnalyses(access: Access, output: Invocation['output']): Promise<void> {
  const analyses = await access.analyses();
  await output.answer(analyses, () => table(['analysis', 'version', 'parameters', 'what it tells'], analyses.map(({ name, version, parameters, summary, compares }) =>
    [name, version, [...(compares ? ['--from'] : []), ...parameters].join(', '), summary])));
}

async function showSeries(access: Access, output: Invocation['output'], name: string, options: AnalyseOptions): Promise<void> {
  const bar = progressBar(`Days of ${name}`);
  const days: DayAnswer[] = [];
  try {
    let done = 0;
    const series = await access.series(name, givenOf(options, 'first', 'last', 'every', 'by', 'knownAt', 'policiesAsOf', 'from'), options.jsonl === true, (position, head, text) => bar.update(position, head, text));
    for await (const day of series.answers) {
      if (options.jsonl) await output.text(`${JSON.stringify(day)}\n`);
      else days.push(day);
      bar.update(++done, series.days, day.day);
    }
  } finally {
    bar.end();
  }
  if (options.jsonl) return;
  await output.answer({ days }, () => [seriesTable(days, options.limit), ...seriesPlots(days).map(plotted)].join('\n\n'));
}

function givenOf(options: AnalyseOptions, ...names: (keyof AnalyseOptions)[]): ListParameters {
  const given = names.map((name) => [name, options[name]] as const).filter((entry): entry is readonly [keyof AnalyseOptions, string] => typeof entry[1] === 'string');
  return { ...options.set, ...Object.fromEntries(given) };
}

