import type { Options } from 'mingo/types';
import { resolve, unique } from 'mingo/util';
import { evaluate, isMissing, type Expression } from './expressions.js';
import { compareValues, isObject } from './order.js';
import { sorted, type SortSpec } from './sorting.js';

/** The form that mingo calls: the documents of a group, the operand as it stands in the query, the options. */
export type Accumulator = (documents: unknown[], operand: unknown, options: Options) => unknown;

type Reduce = (values: unknown[]) => unknown;

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** Neumaier's sum, which keeps what rounding would lose: https://doi.org/10.1002/zamm.19740540106 */
function sum(numbers: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const number of numbers) {
    const next = total + number;
    lost += Math.abs(total) >= Math.abs(number) ? total - next + number : number - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
}

/** What is exact stays exact: where whole numbers come to more than can be kept exactly, the sum is not given as if it could. */
function exactSum(numbers: readonly number[]): number {
  const total = sum(numbers);
  if (Number.isSafeInteger(total) || !numbers.every(Number.isSafeInteger)) return total;
  throw new RangeError(`$sum comes to ${total}, and whole numbers are exact up to ${Number.MAX_SAFE_INTEGER} alone; sum larger units, such as { $divide: ['$amount', 100000] }`);
}

const average = (numbers: readonly number[]): number | null => (numbers.length === 0 ? null : sum(numbers) / numbers.length);

/** @param divisor what the squared distances are divided by: n for a population, n - 1 for a sample. */
function standardDeviation(numbers: readonly number[], divisor: number): number | null {
  if (divisor <= 0) return null;
  const mean = average(numbers)!;
  return Math.sqrt(sum(numbers.map((number) => (number - mean) ** 2)) / divisor);
}

/** The first in the order of `direction`; null and missing values do not take part. */
function extreme(values: unknown[], direction: 1 | -1): unknown {
  let found: unknown = null;
  for (const value of values) {
    if (!isMissing(value) && (found === null || compareValues(value, found) * direction < 0)) found = value;
  }
  return found;
}

const extremes = (values: unknown[], direction: 1 | -1, n: number): unknown[] =>
  values
    .filter((value) => !isMissing(value))
    .sort((a, b) => compareValues(a, b) * direction)
    .slice(0, n);

/** The value with at least the share `p` of the numbers at or below it. */
function percentile(ascending: readonly number[], p: number): number | null {
  if (!(p >= 0 && p <= 1)) throw new RangeError('$percentile takes p from 0 to 1');
  return ascending[Math.max(0, Math.ceil(p * ascending.length) - 1)] ?? null;
}

function percentiles(values: unknown[], shares: readonly number[]): (number | null)[] {
  const ascending = values.filter(isNumber).sort((a, b) => a - b);
  return shares.map((share) => percentile(ascending, share));
}

function merged(values: unknown[]): object {
  const objects = values.filter((value) => !isMissing(value));
  if (!objects.every(isObject)) throw new TypeError('$mergeObjects only takes objects');
  return objects.reduce<object>((all, object) => ({ ...all, ...object }), {});
}

/** Accumulators that are also expressions over a list. */
const LIST_REDUCERS: Readonly<Record<string, Reduce>> = {
  $sum: (values) => exactSum(values.filter(isNumber)),
  $avg: (values) => average(values.filter(isNumber)),
  $min: (values) => extreme(values, 1),
  $max: (values) => extreme(values, -1),
  $stdDevPop: (values) => standardDeviation(values.filter(isNumber), values.filter(isNumber).length),
  $stdDevSamp: (values) => standardDeviation(values.filter(isNumber), values.filter(isNumber).length - 1),
  $mergeObjects: merged,
};

/** Accumulators with `{ input, n }`, `{ input, p }` or `{ input }`, which are also expressions over `input`. */
const INPUT_REDUCERS: Readonly<Record<string, (values: unknown[], given: { n?: number; p?: number[] }) => unknown>> = {
  $firstN: (values, { n }) => values.slice(0, counted(n)),
  $lastN: (values, { n }) => values.slice(-counted(n)),
  $minN: (values, { n }) => extremes(values, 1, counted(n)),
  $maxN: (values, { n }) => extremes(values, -1, counted(n)),
  $median: (values) => percentiles(values, [0.5])[0],
  $percentile: (values, { p }) => percentiles(values, p ?? []),
};

function counted(n: unknown): number {
  if (!Number.isInteger(n) || (n as number) < 1) throw new RangeError("'n' must be a positive whole number");
  return n as number;
}

/** mingo's options while it evaluates: `$field` and `$$ROOT` are read from `root`. */
interface Scope extends Options {
  local: { root?: unknown };
  update(local: { root?: unknown }): this;
}

/** The operand for each document. Plain fields, the usual case, are read without mingo's machinery. */
function valuesOf(documents: unknown[], operand: unknown, options: Options): unknown[] {
  if (typeof operand === 'number') return documents.map(() => operand);
  if (typeof operand === 'string' && /^\$[^$]/.test(operand)) return documents.map((document) => resolve(document as Record<string, unknown>, operand.slice(1)));
  const scope = options as Scope;
  const { root } = scope.local;
  try {
    return documents.map((document) => evaluate(document, operand, scope.update({ root: document })));
  } finally {
    scope.update({ root });
  }
}

const orNull = (value: unknown): unknown => value ?? null;

interface Ranked {
  n?: unknown;
  sortBy: SortSpec;
  output: unknown;
}

const ranked =
  (take: (documents: unknown[], n: number) => unknown[]): Accumulator =>
  (documents, operand, options) => {
    const { n, sortBy, output } = operand as Ranked;
    const taken = take(sorted(documents, sortBy), counted(n ?? 1));
    return valuesOf(taken, output, options).map(orNull);
  };

const top = ranked((documents, n) => documents.slice(0, n));
const bottom = ranked((documents, n) => documents.slice(-n));
const only =
  (many: Accumulator): Accumulator =>
  (...group) =>
    (many(...group) as unknown[])[0] ?? null;

const present = (values: unknown[]): unknown[] => values.filter((value) => value !== undefined);

const fromList =
  (reduce: Reduce): Accumulator =>
  (documents, operand, options) =>
    reduce(valuesOf(documents, operand, options));

const fromInput =
  (name: string): Accumulator =>
  (documents, operand, options) => {
    const { input, ...given } = operand as { input: unknown };
    return INPUT_REDUCERS[name]!(valuesOf(documents, input, options).map(orNull), given);
  };

const each = <From, To>(table: Readonly<Record<string, From>>, change: (from: From, name: string) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(table).map(([name, from]) => [name, change(from, name)]));

/** By name, for mingo's context. */
export const accumulators: Readonly<Record<string, Accumulator>> = {
  ...each(LIST_REDUCERS, fromList),
  ...each(INPUT_REDUCERS, (_, name) => fromInput(name)),
  $count: (documents) => documents.length,
  $first: (documents, operand, options) => orNull(valuesOf(documents.slice(0, 1), operand, options)[0]),
  $last: (documents, operand, options) => orNull(valuesOf(documents.slice(-1), operand, options)[0]),
  $push: (documents, operand, options) => present(valuesOf(documents, operand, options)),
  $addToSet: (documents, operand, options) => unique(present(valuesOf(documents, operand, options))),
  $top: only(top),
  $topN: top,
  $bottom: only(bottom),
  $bottomN: bottom,
};

const listExpression =
  (reduce: Reduce): Expression =>
  (document, operand, options) => {
    const value = evaluate(document, Array.isArray(operand) && operand.length === 1 ? (operand[0] as unknown) : operand, options);
    return reduce(Array.isArray(value) ? (value as unknown[]) : [value]);
  };

const inputExpression =
  (name: string): Expression =>
  (document, operand, options) => {
    const { input, ...given } = evaluate(document, operand, options) as { input: unknown };
    if (isMissing(input)) return null;
    return INPUT_REDUCERS[name]!(Array.isArray(input) ? (input as unknown[]) : [input], given);
  };

const place =
  (at: 0 | -1): Expression =>
  (document, operand, options) => {
    const value = evaluate(document, Array.isArray(operand) && operand.length === 1 ? (operand[0] as unknown) : operand, options);
    if (isMissing(value)) return null;
    if (!Array.isArray(value)) throw new TypeError('$first and $last only take an array');
    return value.at(at) as unknown;
  };

// mingo evaluates an accumulator of $group as an expression whose document is the group: then it is its own root.
const inGroup = (document: unknown, options: Options): document is unknown[] =>
  Array.isArray(document) && (options as Scope).local.root === document;

const either = (expression: Expression, name: string): Expression => (document, operand, options) =>
  inGroup(document, options) ? accumulators[name]!(document, operand, options) : expression(document, operand, options);

/** The accumulators that are expressions too, by name, for mingo's context. */
export const accumulatingExpressions: Readonly<Record<string, Expression>> = each(
  {
    ...each(LIST_REDUCERS, listExpression),
    ...each(INPUT_REDUCERS, (_, name) => inputExpression(name)),
    $first: place(0),
    $last: place(-1),
  },
  either,
);
