import { InvalidQuery, MAX_PAGE, momentFrom, type DifferencesQuery, type Filter, type Freshness, type ListQuery, type Sort, type WhatIfQuery } from '#event-sourcing';
import { parseJson, parseJsonObject } from '../json.js';
import { RequestProblem } from '../problems.js';
import { checkFilter } from './guard.js';

/** Query parameters as Fastify parses them: one that is given twice is a list. */
export type Parameters = Readonly<Record<string, string | string[] | undefined>>;

export const MAX_WAIT_MS = 30_000;
export const MAX_CURSOR = 4_000;
const MAX_TIME = 40;

const PATH = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$/;
const isPath = (name: string) => PATH.test(name) && !name.split('.').some((part) => part in Object.prototype);
const FRESHNESS = ['after', 'timeout', 'asOf', 'knownAt', 'policiesAsOf'];
const RESERVED = [...FRESHNESS, 'filter', 'sort', 'fields', 'limit', 'cursor', 'total'];

export interface ListRequest {
  query: ListQuery & { filter: Filter };
  freshness: Freshness;
  /** Count all rows that the filter finds, too. */
  total: boolean;
}

/**
 * A list is asked with `filter`, `sort`, `fields`, `limit`, `cursor`, `total`, `after` and `timeout`; every other
 * parameter is the name of a field that must equal the value (one of the values, where it is given more than once).
 * @throws RequestProblem @throws InvalidQuery
 */
export function listRequest(parameters: Parameters): ListRequest {
  const projection = fieldsOf(one(parameters, 'fields'));
  const sort = sortOf(one(parameters, 'sort'));
  const limit = integer(parameters, 'limit', 1, MAX_PAGE);
  const cursor = text(parameters, 'cursor', MAX_CURSOR);
  const query = { filter: filterOf(parameters), ...(sort && { sort }), ...(projection && { projection }), ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) };
  return { query, freshness: freshnessOf(parameters), total: flag(parameters, 'total') };
}

/** @throws RequestProblem `after` or `timeout` is no such number. */
export function freshnessOf(parameters: Parameters): Omit<Freshness, 'onProgress'> {
  const after = integer(parameters, 'after', 0, Number.MAX_SAFE_INTEGER);
  const timeoutMs = integer(parameters, 'timeout', 0, MAX_WAIT_MS);
  return { ...(after !== undefined && { after }), ...(timeoutMs !== undefined && { timeoutMs }), ...momentsOf(parameters) };
}

/** @throws InvalidQuery `asOf`, `knownAt` or `policiesAsOf` is no date or time. */
export function momentsOf(parameters: Parameters): Pick<Freshness, 'moment' | 'policies'> {
  const [asOf, knownAt, policiesAsOf] = ['asOf', 'knownAt', 'policiesAsOf'].map((name) => text(parameters, name, MAX_TIME));
  return {
    ...((asOf !== undefined || knownAt !== undefined) && { moment: momentFrom({ asOf, knownAt }) }),
    ...(policiesAsOf !== undefined && { policies: momentFrom({ asOf: policiesAsOf }) }),
  };
}

/** What is asked of differences, by `fields`, `limit` and `cursor`. */
export function differencesOf(parameters: Parameters): DifferencesQuery {
  const [fields, limit, cursor] = [list(parameters, 'fields'), integer(parameters, 'limit', 1, MAX_PAGE), text(parameters, 'cursor', MAX_CURSOR)];
  return { ...(fields && { fields }), ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) };
}

/** The same of what would be, as of any moment. @throws RequestProblem @throws InvalidQuery */
export function whatIfRequest(parameters: Parameters): WhatIfQuery {
  only(parameters, 'fields', 'limit', 'cursor', 'asOf', 'knownAt');
  const { moment } = momentsOf(parameters);
  return { ...differencesOf(parameters), ...(moment && { moment }) };
}

/** @throws RequestProblem there are parameters that the route does not know. */
export function only(parameters: Parameters, ...allowed: string[]): void {
  const unknown = Object.keys(parameters).filter((name) => !allowed.includes(name));
  if (unknown.length === 0) return;
  const known = allowed.length > 0 ? `Parameters here: ${allowed.join(', ')}.` : 'There are none here.';
  throw new RequestProblem('invalid-request', `Unknown parameter ${unknown.map((name) => `"${name}"`).join(', ')}. ${known}`);
}

export const onlyFreshness = (parameters: Parameters): Freshness => {
  only(parameters, ...FRESHNESS);
  return freshnessOf(parameters);
};

/** The value of a parameter that may be given once; an empty one counts as not given. */
export function one(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (Array.isArray(value)) throw new RequestProblem('invalid-request', `The parameter ${name} is given ${value.length} times; give it once.`);
  return value === '' ? undefined : value;
}

export function text(parameters: Parameters, name: string, max: number): string | undefined {
  const value = one(parameters, name);
  if (value !== undefined && value.length > max) throw new RequestProblem('invalid-request', `${name} has at most ${max} characters.`);
  return value;
}

export function integer(parameters: Parameters, name: string, min: number, max: number): number | undefined {
  const value = one(parameters, name);
  if (value === undefined) return undefined;
  const number = /^\d{1,16}$/.test(value) ? Number(value) : NaN;
  if (number >= min && number <= max) return number;
  throw new RequestProblem('invalid-request', `${name} must be a whole number from ${min} to ${max}, not "${value}".`);
}

export function flag(parameters: Parameters, name: string): boolean {
  const value = one(parameters, name);
  if (value === undefined || value === 'true' || value === 'false') return value === 'true';
  throw new RequestProblem('invalid-request', `${name} must be true or false, not "${value}".`);
}

/** All values of a parameter that is given more than once, or with commas. */
export function list(parameters: Parameters, name: string): string[] | undefined {
  const values = [parameters[name] ?? []].flat().flatMap((value) => value.split(',')).filter((value) => value !== '');
  return values.length > 0 ? [...new Set(values)] : undefined;
}

function filterOf(parameters: Parameters): Filter {
  const given = one(parameters, 'filter');
  const filter = given === undefined ? {} : checkFilter(parseJsonObject(given, 'filter'));
  const equalities = Object.entries(parameters).filter(([name]) => !RESERVED.includes(name)).map(([name, value]) => equality(name, value));
  return equalities.length === 0 ? filter : { $and: [filter, ...equalities] };
}

function equality(name: string, value: string | string[] | undefined): Filter {
  if (!isPath(name)) {
    throw new RequestProblem('invalid-request', `"${name}" is neither a parameter (${RESERVED.join(', ')}) nor the name of a field.`);
  }
  const values = [value ?? ''].flat().flatMap(meanings);
  return { [name]: values.length === 1 ? values[0] : { $in: values } };
}

/** An address holds only text: `5` may stand for a number or for a text, `true` for the truth value or a text. */
function meanings(value: string): unknown[] {
  if (/^(true|false|null)$/.test(value)) return [value, JSON.parse(value)];
  return /^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$/.test(value) ? [value, Number(value)] : [value];
}

/** `name,-since`, or MongoDB's form. */
function sortOf(given: string | undefined): Sort | undefined {
  if (given === undefined) return undefined;
  const entries = given.startsWith('{') ? Object.entries(parseJson(given, 'sort') as object) : given.split(',').map(namedDirection);
  for (const [path, direction] of entries) {
    if (!isPath(path) || (direction !== 1 && direction !== -1)) {
      throw new InvalidQuery(`sort is a list of fields such as "name,-since" (a dash for descending), or {"name":1,"since":-1}; "${path}" is neither.`);
    }
  }
  if (entries.length > 8) throw new InvalidQuery('sort has at most 8 fields.');
  return Object.fromEntries(entries);
}

const namedDirection = (name: string): [string, number] => (name.startsWith('-') ? [name.slice(1), -1] : [name, 1]);

/** `name,since`: only these. */
function fieldsOf(given: string | undefined): Record<string, 1> | undefined {
  if (given === undefined) return undefined;
  const names = given.split(',');
  const wrong = names.find((name) => !isPath(name));
  if (wrong !== undefined) throw new InvalidQuery(`fields is a list of field names such as "name,since"; "${wrong}" is none.`);
  const clash = names.find((name) => names.some((other) => name.startsWith(`${other}.`)));
  if (clash !== undefined) throw new InvalidQuery(`fields names "${clash}" and the object that it is in; name one of them.`);
  return Object.fromEntries(names.map((name) => [name, 1]));
}
