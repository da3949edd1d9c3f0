import { Aggregator } from 'mingo/aggregator';
import { Lazy, type Iterator } from 'mingo/lazy';
import { $group, $project as $projectByMingo, $setWindowFields as $setWindowFieldsByMingo } from 'mingo/operators/pipeline';
import type { Options } from 'mingo/types';
import { evaluate } from './expressions.js';
import { compareValues, isObject } from './order.js';
import { pathOf, valueAt, withValue, withoutValue } from './paths.js';
import { sorted, type SortSpec } from './sorting.js';

/**
 * Stages where mingo differs from MongoDB. Besides results (empty buckets, $count of nothing, $unwind of '' and {},
 * nested fields of $set), mingo changes documents in place where MongoDB makes new ones, so that documents that
 * share a part after $unwind or $group would change one another; and its $limit reads on to the end.
 */

/** The form that mingo calls: what the stages before it give, the operand, the options. */
type Stage<Operand> = (documents: Iterator, operand: Operand, options: Options) => Iterator;

type Fields = Record<string, unknown>;

const $sort: Stage<SortSpec> = (documents, sort) => documents.transform((all: unknown[]) => Lazy(sorted(all, sort)));

const $limit: Stage<number> = (documents, limit) => Lazy(first(documents, limit));

function* first(documents: Iterator, limit: number): Generator<unknown> {
  let left = limit;
  for (const document of documents as Iterable<unknown>) {
    yield document;
    if (--left === 0) return;
  }
}

const $count: Stage<string> = (documents, field) =>
  documents.transform((all: unknown[]) => Lazy(all.length === 0 ? [] : [{ [field]: all.length }]));

/** Fields of a $set or $project as dotted paths: `{ a: { b: 1 } }` is `a.b`. An operator's object is a value. */
function pathsIn(fields: Fields, prefix = ''): [selector: string, value: unknown][] {
  return Object.entries(fields).flatMap(([field, value]) => {
    const nested = isObject(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]!.startsWith('$');
    return nested ? pathsIn(value, `${prefix}${field}.`) : [[`${prefix}${field}`, value] as [string, unknown]];
  });
}

const $set: Stage<Fields> = (documents, fields, options) => {
  const changes = pathsIn(fields).map(([selector, value]) => ({ path: pathOf(selector), value }));
  return documents.map((document: unknown) =>
    changes.reduce((changed, { path, value }) => {
      const computed = evaluate(document, value, options);
      return computed === undefined ? withoutValue(changed, path) : withValue(changed, path, computed);
    }, document),
  );
};

const $unset: Stage<string | string[]> = (documents, fields) => {
  const paths = [fields].flat().map(pathOf);
  return documents.map((document: unknown) => paths.reduce((changed, path) => withoutValue(changed, path), document));
};

const $project: Stage<Fields> = (documents, fields, options) => {
  const paths = pathsIn(fields);
  const excludes = (value: unknown) => value === false || value === 0;
  const exclusion = paths.every(([selector, value]) => excludes(value) || (selector === '_id' && paths.length > 1));
  if (!exclusion) return $projectByMingo(documents, fields, options);
  const excluded = paths.filter(([, value]) => excludes(value)).map(([selector]) => selector);
  return $unset(documents, excluded, options);
};

interface Unwind {
  path: string;
  includeArrayIndex?: string;
  preserveNullAndEmptyArrays?: boolean;
}

const $unwind: Stage<string | Unwind> = (documents, operand) => {
  const unwind = typeof operand === 'string' ? { path: operand } : operand;
  return Lazy(unwound(documents as Iterable<unknown>, unwind));
};

function* unwound(documents: Iterable<unknown>, unwind: Unwind): Generator<unknown> {
  const path = pathOf(unwind.path.slice(1));
  const indexed = (document: unknown, index: number | null) =>
    unwind.includeArrayIndex === undefined ? document : withValue(document, pathOf(unwind.includeArrayIndex), index);
  for (const document of documents) {
    const value = valueAt(document, path);
    if (Array.isArray(value) && value.length > 0) {
      for (const [index, element] of value.entries()) yield indexed(withValue(document, path, element), index);
    } else if (value === undefined || value === null || Array.isArray(value)) {
      if (unwind.preserveNullAndEmptyArrays) yield indexed(value === null ? document : withoutValue(document, path), null);
    } else {
      yield indexed(document, null);
    }
  }
}

interface Bucket {
  groupBy: unknown;
  boundaries: unknown[];
  default?: unknown;
  output?: Fields;
}

/** A $group by the boundary that a value belongs to, then a sort, as MongoDB does it. */
const $bucket: Stage<Bucket> = (documents, { groupBy, boundaries, default: other, output }, options) => {
  const branches = boundaries.slice(0, -1).map((lower, i) => ({
    case: { $and: [{ $gte: [groupBy, { $literal: lower }] }, { $lt: [groupBy, { $literal: boundaries[i + 1] }] }] },
    then: { $literal: lower },
  }));
  const placed = documents.map((document: unknown) => {
    if (other === undefined) refuseOutside(boundaries, evaluate(document, groupBy, options));
    return document;
  });
  const groups = { ...(output ?? { count: { $sum: 1 } }), _id: { $switch: { branches, default: { $literal: other } } } };
  return $sort($group(placed, groups, options), { _id: 1 }, options);
};

function refuseOutside(boundaries: unknown[], value: unknown): void {
  if (compareValues(value, boundaries[0]) >= 0 && compareValues(value, boundaries.at(-1)) < 0) return;
  throw new RangeError(`$bucket found the value ${JSON.stringify(value)} outside its boundaries and has no default`);
}

const $facet: Stage<Record<string, Fields[]>> = (documents, facets, options) =>
  documents.transform((all: unknown[]) => {
    const run = (pipeline: Fields[]) => new Aggregator(pipeline, options).run(all);
    return Lazy([Object.fromEntries(Object.entries(facets).map(([name, pipeline]) => [name, run(pipeline)]))]);
  });

/** mingo needs scripts for this stage's own work; a pipeline that brings one has been refused before. */
const $setWindowFields: Stage<never> = (documents, operand, options) =>
  $setWindowFieldsByMingo(documents, operand, { ...(options as { options?: Options }).options, context: options.context, scriptEnabled: true } as Options);

/** By name, for mingo's context. */
export const stages: Readonly<Record<string, Stage<never>>> = {
  $sort,
  $limit,
  $count,
  $set,
  $addFields: $set,
  $unset,
  $project,
  $unwind,
  $bucket,
  $facet,
  $setWindowFields,
};
