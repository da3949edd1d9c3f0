import { existsSync, readFileSync } from 'node:fs';
import { InvalidQuery, pathsInFilter, pathsInPipeline, type ListQuery, type Pipeline } from '#event-sourcing';

const FILE = new URL('../../rows.json', import.meta.url);

/** A JSON Schema of the rows of one view. */
export interface RowSchema extends Readonly<Record<string, unknown>> {
  properties?: Readonly<Record<string, unknown>>;
}

/** The rows of views, by the name of the view: the build finds their fields in the source. None in a tree that was compiled without that step. */
export const ROWS: Readonly<Record<string, RowSchema>> = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, RowSchema>) : {};

/**
 * A misspelt field would find nothing, and sort and show nothing, without a word.
 * @throws InvalidQuery a list is filtered or sorted by, or limited to, a field that no row of the view has.
 */
export function refuseUnknownFields(view: string, { filter = {}, sort = {}, projection = {} }: ListQuery, rows = ROWS): void {
  refuse(view, [...pathsInFilter(filter), ...Object.keys(sort), ...Object.keys(projection)], rows);
}

/** @throws InvalidQuery a pipeline takes a field from the rows that none of them has, and does not make it itself. */
export function refuseUnknownFieldsIn(pipeline: Pipeline, view: string, rows = ROWS): void {
  const made = new Set(namesMadeBy(pipeline));
  refuse(view, pathsInPipeline(pipeline).filter((path) => !made.has(path.split('.')[0]!)), rows);
}

function refuse(view: string, paths: readonly string[], rows: Readonly<Record<string, RowSchema>>): void {
  const { properties, additionalProperties } = rows[view] ?? {};
  if (!properties || additionalProperties) return;
  const asked = new Set(paths.map((path) => path.split('.')[0]!));
  const unknown = [...asked].filter((field) => field !== '' && field !== '_id' && !Object.hasOwn(properties, field));
  if (unknown.length === 0) return;
  throw new InvalidQuery(`${view} has no field ${unknown.map((field) => `"${field}"`).join(', ')}. Its fields: ${['_id', ...Object.keys(properties).filter((field) => field !== '_id')].join(', ')}.`);
}

/** Fields that stages add to rows, also inside `$facet`. */
function namesMadeBy(pipeline: Pipeline): string[] {
  return pipeline.flatMap((stage) => Object.entries(stage).flatMap(([name, operand]) => {
    if (typeof operand !== 'object' || operand === null) return [];
    if (name === '$set' || name === '$addFields') return Object.keys(operand).map((path) => path.split('.')[0]!);
    if (name === '$unwind') return [(operand as { includeArrayIndex?: unknown }).includeArrayIndex].filter((index) => typeof index === 'string');
    return name === '$facet' ? Object.values(operand).flatMap((inner) => (Array.isArray(inner) ? namesMadeBy(inner) : [])) : [];
  }));
}
