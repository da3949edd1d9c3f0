import { existsSync, readFileSync } from 'node:fs';
import { InvalidQuery, pathsInFilter, type ListQuery } from '#event-sourcing';

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
  const { properties, additionalProperties } = rows[view] ?? {};
  if (!properties || additionalProperties) return;
  const asked = [...pathsInFilter(filter), ...Object.keys(sort), ...Object.keys(projection)].map((path) => path.split('.')[0]!);
  const unknown = [...new Set(asked)].filter((field) => field !== '_id' && !Object.hasOwn(properties, field));
  if (unknown.length === 0) return;
  throw new InvalidQuery(`${view} has no field ${unknown.map((field) => `"${field}"`).join(', ')}. Its fields: ${['_id', ...Object.keys(properties).filter((field) => field !== '_id')].join(', ')}.`);
}
