import type { Filter, FindOptions, Pipeline } from '#event-sourcing';
import { totalSort } from '#event-sourcing/query';
import { LIVE, OWN_FIELDS } from './stored-document.js';

/** How queries are put to MongoDB, so that they see documents without the store's own fields and without removed ones. */

const HIDING = { $unset: [...OWN_FIELDS] };

/** A filter as MongoDB gets it; undefined where it names a field of the store, which a filter of MongoDB would see. */
export function liveFilter(filter: Filter = {}): Filter | undefined {
  return namesOwnField(filter) ? undefined : { ...filter, ...LIVE };
}

/** A pipeline as MongoDB gets it. What filters and sorts comes first, where indexes serve it. */
export function livePipeline(pipeline: Pipeline): Pipeline {
  const { matches, sorts, rest } = leading(pipeline);
  if (namesOwnField(matches) || namesOwnField(sorts)) return [{ $match: LIVE }, HIDING, ...pipeline];
  return [{ $match: both([...matches, LIVE]) }, ...sorts, HIDING, ...rest];
}

/** What the first stages of a pipeline ask of documents. */
export const leadingFilter = (pipeline: Pipeline): Filter => both(leading(pipeline).matches);

/** The same find as a pipeline. */
export function pipelineOf({ filter = {}, sort, skip = 0, limit, projection }: FindOptions): Pipeline {
  return [
    { $match: filter },
    { $sort: totalSort(sort) },
    ...(skip > 0 ? [{ $skip: skip }] : []),
    ...(limit === undefined ? [] : [{ $limit: limit }]),
    ...(isEmpty(projection) ? [] : [{ $project: projection }]),
  ];
}

/**
 * The projection of a find as MongoDB gets it; undefined where it has to be a `$project`, since it computes something
 * or names a field of the store.
 */
export function liveProjection(projection: FindOptions['projection']): Record<string, unknown> | undefined {
  const hidden = Object.fromEntries(OWN_FIELDS.map((field) => [field, 0]));
  if (isEmpty(projection)) return hidden;
  const flags = Object.values(projection).every((flag) => flag === 1 || flag === 0 || typeof flag === 'boolean');
  if (!flags || namesOwnField(projection)) return undefined;
  const keeps = Object.entries(projection).some(([field, flag]) => field !== '_id' && Boolean(flag));
  return keeps || (Object.keys(projection).length === 1 && projection._id) ? projection : { ...projection, ...hidden };
}

const isEmpty = (projection: FindOptions['projection']): projection is undefined => !projection || Object.keys(projection).length === 0;

function leading(pipeline: Pipeline): { matches: Filter[]; sorts: Pipeline; rest: Pipeline } {
  const end = pipeline.findIndex((stage) => !('$match' in stage));
  const matches = (end < 0 ? pipeline : pipeline.slice(0, end)).map(({ $match }) => $match as Filter);
  const others = pipeline.slice(matches.length);
  const sorts = others[0] && '$sort' in others[0] ? 1 : 0;
  return { matches, sorts: others.slice(0, sorts), rest: others.slice(sorts) };
}

/** All filters in one; side by side where they can stand there, as that is what every server finds an index for. */
function both(filters: readonly Filter[]): Filter {
  const fields = filters.flatMap(Object.keys);
  return new Set(fields).size === fields.length ? (Object.assign({}, ...filters) as Filter) : { $and: filters };
}

/** Tells whether a query, wherever, names a field of the store. It may say so once too often, never too seldom. */
function namesOwnField(query: unknown): boolean {
  const text = JSON.stringify(query);
  return OWN_FIELDS.some((field) => text.includes(field));
}
