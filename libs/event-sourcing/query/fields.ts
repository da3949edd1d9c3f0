import type { Pipeline } from '../ports/document-store.js';
import { LOGICAL } from './operators.js';
import { isObject } from './order.js';

/** Collects names of fields; undefined once every field may be read. */
type Found = Set<string> | undefined;

type Operand = Record<string, unknown>;

/**
 * The top-level fields of its documents that a checked pipeline reads besides the key. undefined: it may need all of
 * them, as it gives documents whole or takes them as `$$ROOT`.
 */
export function fieldsRead(pipeline: Pipeline): ReadonlySet<string> | undefined {
  let found: Found = new Set();
  for (const stage of pipeline) {
    const [[name, operand]] = Object.entries(stage) as [[string, Operand]];
    found = (READS[name] ?? inExpression)(operand, found);
    if (!found || makesNewDocuments(name, operand)) return found;
  }
  return undefined;
}

const NEW_DOCUMENTS = new Set(['$group', '$sortByCount', '$bucket', '$bucketAuto', '$count', '$facet', '$replaceRoot', '$replaceWith']);

const makesNewDocuments = (name: string, operand: Operand): boolean => NEW_DOCUMENTS.has(name) || (name === '$project' && !excludes(operand));

const isExcluded = (value: unknown): boolean => (isObject(value) ? Object.values(value).some(isExcluded) : value === 0 || value === false);

function excludes(fields: Operand): boolean {
  const others = Object.entries(fields).filter(([field]) => field !== '_id');
  return others.length === 0 ? isExcluded(fields._id) : others.some(([, value]) => isExcluded(value));
}

const READS: Readonly<Record<string, (operand: Operand, found: Set<string>) => Found>> = {
  $match: inFilter,
  $sort: inNames,
  $limit: (_, found) => found,
  $skip: (_, found) => found,
  $unset: (_, found) => found,
  $count: (_, found) => found,
  $set: inFields,
  $addFields: inFields,
  $project: inFields,
  $facet: (pipelines, found) => {
    for (const pipeline of Object.values(pipelines)) {
      const fields = fieldsRead(pipeline as Pipeline);
      if (!fields) return undefined;
      for (const field of fields) found.add(field);
    }
    return found;
  },
};

const rootOf = (selector: string): string => selector.split('.', 1)[0]!;

function inNames(fields: Operand, found: Set<string>): Found {
  for (const field of Object.keys(fields)) found.add(rootOf(field));
  return found;
}

function inFields(fields: Operand, found: Set<string>): Found {
  inNames(fields, found);
  return inExpression(fields, found);
}

function inFilter(filter: Operand, found: Set<string>): Found {
  let all: Found = found;
  for (const [field, operand] of Object.entries(filter)) {
    if (LOGICAL.has(field)) for (const each of operand as Operand[]) all &&= inFilter(each, all);
    else if (field === '$expr') all &&= inExpression(operand, all);
    else found.add(rootOf(field));
  }
  return all;
}

function inExpression(expression: unknown, found: Set<string>): Found {
  if (typeof expression === 'string') return inText(expression, found);
  if (typeof expression !== 'object' || expression === null) return found;
  let all: Found = found;
  for (const [key, value] of Object.entries(expression)) {
    if (key === '$getField') return undefined;
    if (key === '$literal') continue;
    // Accumulators and windows name fields here, without a $.
    if (key === 'sortBy' && isObject(value)) inNames(value, found);
    all &&= inExpression(value, all);
  }
  return all;
}

function inText(text: string, found: Set<string>): Found {
  if (/^\$\$(ROOT|CURRENT)\b/.test(text)) return undefined;
  if (/^\$[^$]/.test(text)) found.add(rootOf(text.slice(1)));
  return found;
}
