import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { benchmarks } from './benchmarks.js';
import { temporaryFolders, tidy, type Benchmark, type Metrics, type MetricValue, type Options, type Result } from './harness.js';
import { doubtsAbout, thisMachine, type Machine } from './machine.js';

const USAGE = 'npm run bench -- NAME [--json] [--OPTION NUMBER …]     or: npm run bench -- --list';

const STYLE = { head: [], border: [] };
const COMPACT = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

class WrongUse extends Error {}

/** Everything for people goes to stderr, so that stdout holds the result alone. */
const say = (line: string) => void process.stderr.write(`${line}\n`);

try {
  await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof WrongUse ? error.message : ((error as Error).stack ?? String(error)));
  process.exitCode = 1;
}

async function main(args: string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help') throw new WrongUse(`${USAGE}\nBenchmarks: ${names()}.`);
  if (name === '--list') return console.log(await listed());
  const found = Object.hasOwn(benchmarks, name) ? await benchmarks[name]!() : undefined;
  if (!found) throw new WrongUse(`There is no benchmark ${name}. Benchmarks: ${names()}.\n${USAGE}`);
  const { json, options } = read(found, rest);
  const machine = thisMachine();
  const doubts = doubtsAbout(machine);
  if (doubts !== undefined) say(`Beware: ${doubts}.`);
  say(`${found.name}: ${found.summary} (${given(options)})`);
  const result = tidied(await found.run({ options, folder: temporaryFolders(), say }));
  console.log(json ? JSON.stringify({ bench: name, machine, ...result }) : readable(machine, result));
}

function read({ name, options }: Benchmark, args: string[]): { json: boolean; options: Options } {
  const declared = Object.fromEntries(Object.keys(options).map((option) => [option, { type: 'string' as const }]));
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({ args, options: { json: { type: 'boolean' }, ...declared } }));
  } catch (error) {
    throw new WrongUse(`${(error as Error).message}\nOptions of ${name}: --json, ${Object.keys(options).map((option) => `--${option}`).join(', ')}.`);
  }
  const numbers = Object.entries(options).map(([option, fallback]) => [option, numberFrom(option, values[option] as string | undefined, fallback)]);
  return { json: values['json'] === true, options: Object.fromEntries(numbers) as Options };
}

function numberFrom(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value)) throw new WrongUse(`--${option} must be a number above 0, not "${text}".`);
  return value;
}

function names(): string {
  return Object.keys(benchmarks).join(', ');
}

async function listed(): Promise<string> {
  const table = new Table({ head: ['benchmark', 'what', 'options'], style: STYLE, colWidths: [12, 70, 44], wordWrap: true });
  for (const { name, summary, options } of await Promise.all(Object.values(benchmarks).map((load) => load()))) table.push([name, summary, given(options)]);
  return table.toString();
}

function given(options: Options): string {
  return Object.entries(options).map(([option, value]) => `--${option} ${value}`).join(' ');
}

function tidied({ metrics, targets }: Result): Result {
  return { metrics: tidiedMetrics(metrics), targets: targets.map((target) => ({ ...target, value: tidy(target.value) })) };
}

function tidiedMetrics(metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, tidiedValue(value)]));
}

function tidiedValue(value: MetricValue): MetricValue {
  if (typeof value === 'number') return tidy(value);
  return typeof value === 'object' ? tidiedMetrics(value) : value;
}

function readable(machine: Machine, { metrics, targets }: Result): string {
  const facts = new Table({ head: ['metric', 'value'], style: STYLE, chars: COMPACT, colWidths: [40, 80], wordWrap: true });
  for (const [name, value] of inLines(metrics)) facts.push([name, value]);
  const verdicts = new Table({ head: ['target', '', 'limit', 'value', ''], style: STYLE, chars: COMPACT });
  for (const { metric, op, limit, value, pass } of targets) verdicts.push([metric, op, limit, value, pass ? 'reached' : 'MISSED']);
  const on = Object.entries(machine).map(([name, value]) => `${name} ${value}`).join(', ');
  return [`Machine: ${on}`, facts.toString(), ...(targets.length > 0 ? [verdicts.toString()] : [])].join('\n');
}

/** What belongs together in one line: an object of plain values. */
function inLines(metrics: Metrics, before = ''): [string, string][] {
  return Object.entries(metrics).flatMap(([name, value]): [string, string][] => {
    if (typeof value !== 'object') return [[`${before}${name}`, String(value)]];
    const numbers = Object.entries(value).filter((part): part is [string, number] => typeof part[1] === 'number');
    if (numbers.length < Object.keys(value).length) return inLines(value, `${before}${name}.`);
    return [[`${before}${name}`, numbers.map(([part, number]) => `${part} ${number}`).join(', ')]];
  });
}
