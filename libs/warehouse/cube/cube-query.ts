import { InvalidQuery } from '#event-sourcing';
import type { Scalar } from '../model/analytical-database.js';
import { CUBES, HIERARCHIES, JOINS, type Cube, type Dimension } from './cubes.js';

/** One value, several, or a span; null: where it is not known. */
export type CubeFilter = Scalar | readonly Scalar[] | { from?: Scalar; to?: Scalar };

export interface CubeQuery {
  cube: string;
  measures?: readonly string[] | undefined;
  /** Dimensions to tell apart. */
  by?: readonly string[] | undefined;
  where?: Readonly<Record<string, CubeFilter>> | undefined;
  /** One of `by` whose values become columns. */
  pivot?: string | undefined;
  /** A cell of a coarse level: shows it in the next finer one. */
  drill?: { dimension: string; value: Scalar } | undefined;
  /** `amount`, `-amount`. */
  sort?: string | undefined;
  /** Cells at most. */
  limit?: number | undefined;
  /** Ids of so many events that each cell rests on. */
  events?: number | undefined;
  /** Sums over the dimensions too: over the last, over the last two, and so on to the whole; never over currencies. */
  subtotals?: boolean | undefined;
}

/** Column of a cell that says over which dimensions it is a sum: a bit for each of them, the last one being 1. */
export const SUMMED = 'summed_over';

export interface CubeSql {
  sql: string;
  parameters: Scalar[];
  measures: string[];
  by: string[];
  /** Dimensions that subtotals may be sums over. */
  summable: string[];
}

const MAX_EVENTS = 100;

/** @throws InvalidQuery a name is not known, or what is asked contradicts itself. */
export function cubeSql(asked: CubeQuery): CubeSql {
  const cube = known('cube', asked.cube, CUBES);
  const { by: wanted = [], where = {}, pivot, sort, events = 0, subtotals = false } = drilled(asked);
  const measures = [...new Set(asked.measures ?? Object.keys(cube.measures).slice(0, 1))];
  const all = measures.map((name) => ({ name, ...known('measure', name, cube.measures) }));
  if (all.length === 0) throw new InvalidQuery(`Name a measure: ${names(cube.measures)}.`);
  const by = withCurrency([...new Set(wanted)], where, all.some(({ money }) => money === true));
  const dimensions = by.map((name) => ({ name, ...known('dimension', name, cube.dimensions) }));
  if (pivot !== undefined && !by.includes(pivot)) throw new InvalidQuery(`pivot must be one of by: ${by.join(', ') || 'none is given'}.`);
  const rolled = subtotals ? summableOf(dimensions, pivot) : [];
  const parameters: Scalar[] = [];
  const filters = Object.entries(where).map(([name, filter]) => conditionOf(known('dimension', name, cube.dimensions), filter, parameters));
  const filtered = Object.keys(where).map((name) => cube.dimensions[name]!);
  const joins = [...new Set([...dimensions, ...filtered].flatMap((dimension: Dimension) => dimension.joins ?? []))];
  const columns = [...dimensions, ...all].map(({ name, sql }) => `${sql} AS "${name}"`);
  const sql = [
    `SELECT ${[...columns, ...summedColumns(rolled), ...eventColumns(cube, events)].join(', ')}`,
    `FROM ${cube.from} AS f`, ...joins.map((join) => JOINS[join]),
    ...(filters.length > 0 ? [`WHERE ${filters.join(' AND ')}`] : []),
    ...groupingOf(dimensions, rolled),
    `HAVING ${cube.anything}`,
    `ORDER BY ${[orderOf(sort, [...measures, ...by], by), ...summedNames(rolled)].join(', ')}`,
  ].join('\n');
  return { sql, parameters, measures, by, summable: rolled.map(({ name }) => name) };
}

type Named = Dimension & { name: string };

/** @throws InvalidQuery a table across has no place for them. */
function summableOf(dimensions: readonly Named[], pivot: string | undefined): Named[] {
  if (pivot !== undefined) throw new InvalidQuery('Subtotals stand in lines of their own; leave pivot out.');
  return dimensions.filter(({ name }) => name !== 'currency');
}

const sqlOf = (some: readonly Dimension[]): string[] => some.map(({ sql }) => sql);

const summedColumns = (rolled: readonly Dimension[]): string[] => (rolled.length > 0 ? [`CAST(grouping(${sqlOf(rolled).join(', ')}) AS INTEGER) AS "${SUMMED}"`] : []);

const summedNames = (rolled: readonly Dimension[]): string[] => (rolled.length > 0 ? [`"${SUMMED}"`] : []);

function groupingOf(dimensions: readonly Named[], rolled: readonly Named[]): string[] {
  if (dimensions.length === 0) return [];
  const apart = sqlOf(dimensions.filter((each) => !rolled.includes(each)));
  return [`GROUP BY ${[...apart, ...(rolled.length > 0 ? [`ROLLUP (${sqlOf(rolled).join(', ')})`] : [])].join(', ')}`];
}

/** Amounts of different currencies are never added: without one chosen, they are told apart. */
function withCurrency(by: string[], where: Readonly<Record<string, CubeFilter>>, isMoney: boolean): string[] {
  const chosen = typeof where['currency'] === 'string' || (Array.isArray(where['currency']) && where['currency'].length === 1);
  return !isMoney || chosen || by.includes('currency') ? by : [...by, 'currency'];
}

/** The next finer level of a cell, in place of its own. */
function drilled(asked: CubeQuery): CubeQuery {
  if (!asked.drill) return asked;
  const { dimension, value } = asked.drill;
  const hierarchy = HIERARCHIES.find((levels) => levels.includes(dimension) && levels.at(-1) !== dimension);
  if (!hierarchy) throw new InvalidQuery(`${dimension} has no finer level. Levels: ${HIERARCHIES.map((levels) => levels.join(' → ')).join('; ')}.`);
  const finer = hierarchy[hierarchy.indexOf(dimension) + 1]!;
  const by = (asked.by ?? []).includes(dimension) ? asked.by!.map((name) => (name === dimension ? finer : name)) : [...(asked.by ?? []), finer];
  return { ...asked, by, where: { ...asked.where, [dimension]: value }, ...(asked.pivot === dimension && { pivot: finer }) };
}

function conditionOf({ sql }: Dimension, filter: CubeFilter, parameters: Scalar[]): string {
  const placed = (value: Scalar) => `$${parameters.push(value)}`;
  if (filter === null) return `${sql} IS NULL`;
  if (Array.isArray(filter)) {
    const values = filter as readonly Scalar[];
    const some = values.filter((value) => value !== null).map(placed);
    const parts = [...(some.length > 0 ? [`${sql} IN (${some.join(', ')})`] : []), ...(values.includes(null) ? [`${sql} IS NULL`] : [])];
    return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
  }
  if (typeof filter !== 'object') return `${sql} = ${placed(filter)}`;
  const { from, to } = filter as { from?: Scalar; to?: Scalar };
  if (from === undefined && to === undefined) throw new InvalidQuery('A filter is a value, a list of values, null, or { "from": …, "to": … }.');
  return [...(from === undefined ? [] : [`${sql} >= ${placed(from)}`]), ...(to === undefined ? [] : [`${sql} <= ${placed(to)}`])].join(' AND ');
}

function eventColumns(cube: Cube, events: number): string[] {
  if (events === 0) return [];
  if (cube.events === null) throw new InvalidQuery('The rows of this cube rest on no single event; leave events out.');
  if (!Number.isInteger(events) || events < 0 || events > MAX_EVENTS) throw new InvalidQuery(`events must be a whole number from 0 to ${MAX_EVENTS}.`);
  const list = cube.events.startsWith('unnest') ? 'list_distinct(flatten(list(f.evidence)))' : `list(DISTINCT ${cube.events})`;
  return [`list_sort(${list})[1:${events}] AS "events"`];
}

function orderOf(sort: string | undefined, sortable: readonly string[], by: readonly string[]): string {
  const rest = by.map((name) => `"${name}" NULLS LAST`);
  if (sort === undefined) return rest.length > 0 ? rest.join(', ') : '1';
  const name = sort.replace(/^-/, '');
  if (!sortable.includes(name)) throw new InvalidQuery(`sort must be one of the measures or dimensions asked for: ${sortable.join(', ')}.`);
  return [`"${name}" ${sort.startsWith('-') ? 'DESC' : 'ASC'} NULLS LAST`, ...rest].join(', ');
}

function known<T>(what: string, name: string, all: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(all, name)) return all[name]!;
  throw new InvalidQuery(`There is no ${what} "${name}". There is: ${names(all)}.`);
}

const names = (all: object): string => Object.keys(all).join(', ');
