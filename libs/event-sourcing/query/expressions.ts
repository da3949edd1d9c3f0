import { evalExpr } from 'mingo/core';
import type { Options } from 'mingo/types';
import { compareValues, isObject, typeOrder } from './order.js';
import { own } from './paths.js';
import { roundTo, truncateTo } from './rounding.js';
import { sorted, type SortSpec } from './sorting.js';

/**
 * Expressions where mingo differs from MongoDB: comparisons go across types and never look into arrays, rounding is
 * exact, null and missing operands have MongoDB's results, and no field of a prototype is read.
 */

/** The form that mingo calls: the document (or value) at hand, the operand as it stands in the query, the options. */
export type Expression = (document: unknown, operand: unknown, options: Options) => unknown;

export const evaluate = (document: unknown, expression: unknown, options: Options): unknown =>
  evalExpr(document, expression, options);

export const isArray = (value: unknown): value is unknown[] => Array.isArray(value);

export const isMissing = (value: unknown): value is null | undefined => value === null || value === undefined;

const comparison =
  (result: (order: number) => unknown): Expression =>
  (document, operand, options) => {
    const [left, right] = evaluate(document, operand, options) as unknown[];
    return result(compareValues(left, right));
  };

/** MongoDB's truth: everything but false, null, missing and 0; an empty string is true. */
const isTrue = (value: unknown): boolean => !isMissing(value) && value !== false && value !== 0;

const $not: Expression = (document, operand, options) => {
  const [value] = [evaluate(document, operand, options)].flat();
  return !isTrue(value);
};

const rounding =
  (round: (value: number, places: number) => number): Expression =>
  (document, operand, options) => {
    const [value, places] = [evaluate(document, operand, options)].flat();
    if (isMissing(value)) return null;
    if (typeof value !== 'number') throw new TypeError('$round and $trunc only take numbers');
    return round(value, (places as number | undefined) ?? 0);
  };

const $getField: Expression = (document, operand, options) => {
  const given = isObject(operand) && 'field' in operand ? operand : { field: operand, input: '$$CURRENT' };
  const field = evaluate(document, given.field, options) as string;
  const input = 'input' in given ? evaluate(document, given.input, options) : document;
  return isObject(input) ? own(input, field) : isMissing(input) ? input : undefined;
};

const cased =
  (change: (text: string) => string): Expression =>
  (document, operand, options) => {
    const [value] = [evaluate(document, operand, options)].flat();
    if (isMissing(value)) return '';
    const text = value instanceof Date ? value.toISOString() : value;
    if (typeof text === 'object') throw new TypeError('$toLower and $toUpper only take strings, numbers and dates');
    return change(`${text as string}`);
  };

const $slice: Expression = (document, operand, options) => {
  const [array, first, second] = evaluate(document, operand, options) as [unknown, number, number | undefined];
  if (isMissing(array)) return null;
  if (!isArray(array)) throw new TypeError('$slice only takes an array');
  if (second === undefined) return first < 0 ? array.slice(first) : array.slice(0, first);
  if (!(second > 0)) throw new TypeError('$slice takes a positive number of elements after a position');
  const start = first < 0 ? Math.max(0, array.length + first) : first;
  return array.slice(start, start + second);
};

const $sortArray: Expression = (document, operand, options) => {
  const { input, sortBy } = operand as { input: unknown; sortBy: 1 | -1 | SortSpec };
  const array = evaluate(document, input, options);
  if (isMissing(array)) return null;
  if (!isArray(array)) throw new TypeError('$sortArray only takes an array');
  return typeof sortBy === 'object' ? sorted(array, sortBy) : array.slice().sort((a, b) => compareValues(a, b) * sortBy);
};

const $regexFindAll: Expression = (document, operand, options) => {
  const { input, regex, options: flags } = evaluate(document, operand, options) as Record<string, string>;
  if (isMissing(input)) return [];
  const matches = input.matchAll(new RegExp(regex!, `${flags ?? ''}g`));
  return Array.from(matches, (match) => ({
    match: match[0],
    idx: [...input.slice(0, match.index)].length,
    captures: match.slice(1).map((capture: string | undefined) => capture ?? null),
  }));
};

const $type: Expression = (document, operand, options) => {
  const value = evaluate(document, operand, options);
  if (typeof value === 'number') return Number.isInteger(value) && value === (value | 0) ? 'int' : 'double';
  return ['missing', 'null', 'number', 'string', 'object', 'array', 'bool', 'date', 'regex'][typeOrder(value)];
};

/** By name, for mingo's context. */
export const expressions: Readonly<Record<string, Expression>> = {
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: comparison(Math.sign),
  $not,
  $round: rounding(roundTo),
  $trunc: rounding(truncateTo),
  $getField,
  $toLower: cased((text) => text.toLowerCase()),
  $toUpper: cased((text) => text.toUpperCase()),
  $slice,
  $sortArray,
  $regexFindAll,
  $type,
};
