import { InvalidQuery, type Filter, type Pipeline } from '../ports/document-store.js';

/** Stages that reach other collections or write; who may read a view may not read those by it. */
const OUTWARD = new Set(['$lookup', '$graphLookup', '$unionWith', '$out', '$merge', '$documents']);

/** After these, fields are others than those of the view, though they may have the same names. */
const RESHAPING = new Set(['$group', '$bucket', '$bucketAuto', '$sortByCount', '$count', '$project', '$replaceRoot', '$replaceWith', '$facet']);

/** Paths that a filter looks at, without places in arrays: `lines.0.text` is `lines.text`. */
export function pathsInFilter(filter: Filter): string[] {
  return Object.entries(filter).flatMap(([key, value]) => {
    if (key === '$expr') return pathsInExpression(value);
    if (!key.startsWith('$')) return [normal(key)];
    return [value].flat().flatMap((part) => (isObject(part) ? pathsInFilter(part) : []));
  });
}

/** Paths that a pipeline takes from the rows of the view. What it makes of them has names of its own, which do not count. */
export function pathsInPipeline(pipeline: Pipeline): string[] {
  const end = pipeline.findIndex((stage) => RESHAPING.has(nameOf(stage)));
  return pipeline.slice(0, end < 0 ? undefined : end + 1).flatMap((stage) => pathsInStage(nameOf(stage), stage[nameOf(stage)]));
}

function pathsInStage(name: string, operand: unknown): string[] {
  switch (name) {
    case '$match': return isObject(operand) ? pathsInFilter(operand) : [];
    case '$sort': return isObject(operand) ? Object.keys(operand).map(normal) : [];
    case '$project': return isObject(operand) ? [...pathsInExpression(operand), ...kept(operand)] : [];
    case '$facet': return isObject(operand) ? Object.values(operand).flatMap((inner) => pathsInPipeline(inner as Pipeline)) : [];
    default: return pathsInExpression(operand);
  }
}

/** Fields that a $project names to keep them as they are. */
const kept = (fields: Record<string, unknown>): string[] => Object.entries(fields).filter(([, value]) => value === 1 || value === true).map(([field]) => normal(field));

function pathsInExpression(expression: unknown): string[] {
  if (typeof expression === 'string') {
    const path = expression.replace(/^\$\$(ROOT|CURRENT)\./, '$');
    return path.startsWith('$') && !path.startsWith('$$') ? [normal(path.slice(1))] : [];
  }
  if (typeof expression !== 'object' || expression === null) return [];
  return Object.entries(expression).flatMap(([key, value]) => (key === '$literal' ? [] : pathsInExpression(value)));
}

/** @throws InvalidQuery a stage, also one inside another, reads or writes something else than the view. */
export function refuseOutwardStages(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    if (OUTWARD.has(key)) throw new InvalidQuery(`The stage ${key} is not allowed: a pipeline reads the view that is asked and no other.`);
    refuseOutwardStages(value);
  }
}

const nameOf = (stage: object): string => Object.keys(stage)[0] ?? '';

const normal = (path: string): string => path.split('.').filter((part) => !/^\d+$/.test(part)).join('.');

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
