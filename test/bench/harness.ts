import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What `--name value` may change, with the values of the published figures as defaults. */
export type Options = Readonly<Record<string, number>>;

export type MetricValue = number | string | boolean | { [name: string]: MetricValue };
export type Metrics = Record<string, MetricValue>;

export interface Target {
  metric: string;
  op: '>=' | '<=';
  limit: number;
  value: number;
  pass: boolean;
}

export interface Result {
  metrics: Metrics;
  targets: Target[];
}

/** What a benchmark is given when it runs. */
export interface Run<O extends Options> {
  options: O;
  /** A new folder of its own, removed with everything in it when the process ends. */
  folder: () => string;
  /** A line of progress, on stderr. */
  say: (line: string) => void;
}

export interface Benchmark<O extends Options = Options> {
  name: string;
  summary: string;
  /** Every option with its default. */
  options: O;
  run(run: Run<O>): Promise<Result>;
}

/** A benchmark whose options are known by their names. */
export const benchmark = <O extends Options>(declared: Benchmark<O>): Benchmark => declared;

export const atLeast = (metric: string, limit: number, value: number): Target => ({ metric, op: '>=', limit, value, pass: value >= limit });
export const atMost = (metric: string, limit: number, value: number): Target => ({ metric, op: '<=', limit, value, pass: value <= limit });

/** The result of a benchmark that cannot run here. */
export const skipped = (reason: string): Result => ({ metrics: { skipped: reason }, targets: [] });

/** Repeated measurements of one thing; `spread` is the distance from the lowest to the highest as a part of the median. */
export type Spread = { median: number; min: number; max: number; spread: number; runs: number };

export function spreadOf(values: readonly number[]): Spread {
  const sorted = inOrder(values);
  const median = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
  const min = sorted[0]!;
  const max = sorted[sorted.length - 1]!;
  return { median, min, max, spread: (max - min) / median, runs: sorted.length };
}

/** The smallest value that at least this part of all values does not exceed (nearest rank). */
export function percentile(values: readonly number[], part: number): number {
  const sorted = inOrder(values);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]!;
}

/** Milliseconds. */
export type Latencies = { p50: number; p90: number; p99: number; max: number; count: number };

export function latenciesOf(values: readonly number[]): Latencies {
  const at = (part: number) => percentile(values, part);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1), count: values.length };
}

/** Runs the contenders one after the other, round after round: what disturbs the machine disturbs them alike. */
export async function alternate<Name extends string>(
  rounds: number,
  contenders: Record<Name, (round: number) => Promise<number> | number>,
  say: (line: string) => void,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) measured[name].push(await contenders[name](round));
    say(`round ${round + 1} of ${rounds}: ${names.map((name) => `${name} ${tidy(measured[name][round]!)}`).join(', ')}`);
  }
  return measured;
}

/** One contender against another, round by round. */
export function ratio(ours: readonly number[], theirs: readonly number[]): Spread {
  return spreadOf(ours.map((value, round) => value / theirs[round]!));
}

/** Does the task `count` times, so many at once; `index` counts from 0. */
export async function inFlight(count: number, atOnce: number, task: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}

/** Does the task again and again for some seconds, so many at once. @returns how often a second. */
export async function rateOver(seconds: number, atOnce: number, task: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  const end = started + seconds * 1000;
  let done = 0;
  const worker = async () => {
    while (performance.now() < end) {
      await task();
      done++;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (done * 1000) / (performance.now() - started);
}

/** Seconds that the work took. */
export async function seconds(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Seconds that the work took, and those of processors that this process used meanwhile: other programs hardly change these. */
export async function effort(work: () => unknown): Promise<{ seconds: number; processorSeconds: number }> {
  const before = process.cpuUsage();
  const took = await seconds(work);
  const { user, system } = process.cpuUsage(before);
  return { seconds: took, processorSeconds: (user + system) / 1e6 };
}

/** Milliseconds that the work took. */
export const milliseconds = async (work: () => unknown) => (await seconds(work)) * 1000;

/** Four significant digits: no benchmark knows more. */
export const tidy = (value: number) => Number(value.toPrecision(4));

/** Folders that are gone when the process ends, also when it is interrupted. */
export function temporaryFolders(): () => string {
  const made: string[] = [];
  process.on('exit', () => made.forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'guanxi-bench-'));
    made.push(folder);
    return folder;
  };
}

function inOrder(values: readonly number[]): Float64Array {
  if (values.length === 0) throw new Error('Nothing was measured.');
  return Float64Array.from(values).sort();
}
