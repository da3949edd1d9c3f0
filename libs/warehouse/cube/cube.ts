import { type Warehouse, type WarehouseQuestion } from '../warehouse.js';
import { cubeSql, SUMMED, type CubeQuery } from './cube-query.js';
import { CUBES, HIERARCHIES } from './cubes.js';
import { pivoted, type Cell, type Pivoted } from './pivot.js';

export type CubeQuestion = CubeQuery & Pick<WarehouseQuestion, 'asOf' | 'knownAt' | 'position'>;

export interface CubeAnswer {
  cube: string;
  measures: string[];
  /** The dimensions that are told apart: those asked for, and the currency where amounts are measured. */
  by: string[];
  cells: Cell[];
  /** Where it was asked for. */
  table?: Pivoted;
  truncated: boolean;
  position: number;
  asOf: string;
  knownAt?: string;
  version: number;
}

/** @throws InvalidQuery @throws QueryTooExpensive @throws NotYetThere */
export async function cubeAnswer(warehouse: Warehouse, { asOf, knownAt, position, ...query }: CubeQuestion): Promise<CubeAnswer> {
  const { sql, parameters, measures, by, summable } = cubeSql(query);
  const { rows, truncated, columns: _, ...answer } = await warehouse.query({ sql, parameters, asOf, knownAt, position, limit: query.limit });
  const cells = summable.length > 0 ? rows.map((row) => withSums(row, summable)) : rows;
  const across = query.pivot === undefined ? undefined : by.includes(query.pivot) ? query.pivot : by.find((name) => !(query.by ?? []).includes(name) && name !== 'currency');
  const table = across === undefined ? {} : { table: pivoted(cells, across, by.filter((name) => name !== across), measures) };
  return { cube: query.cube, measures, by, cells, ...table, truncated, ...answer };
}

/** A subtotal says over which dimensions it is a sum; they are not in it. */
function withSums({ [SUMMED]: bits, ...cell }: Cell, summable: readonly string[]): Cell {
  const over = summable.filter((_, index) => ((bits as number) >> (summable.length - 1 - index)) % 2 === 1);
  if (over.length === 0) return cell;
  return { ...Object.fromEntries(Object.entries(cell).filter(([name]) => !over.includes(name))), over };
}

/** What can be asked of each cube. */
export function cubeDescriptions() {
  const summaries = (all: Readonly<Record<string, { summary: string }>>) => Object.entries(all).map(([name, { summary }]) => ({ name, summary }));
  return {
    cubes: Object.entries(CUBES).map(([name, { summary, measures, dimensions }]) => ({ name, summary, measures: summaries(measures), dimensions: summaries(dimensions) })),
    hierarchies: HIERARCHIES.map((levels) => [...levels]),
  };
}
