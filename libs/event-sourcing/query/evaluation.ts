import { InvalidQuery, QueryTooExpensive, type Document, type Filter, type FindOptions, type Pipeline, type Sort } from '../ports/document-store.js';
import { Aggregator } from 'mingo/aggregator';
import { Context } from 'mingo/core';
import { Lazy } from 'mingo/lazy';
import * as expressionOperators from 'mingo/operators/expression';
import * as pipelineOperators from 'mingo/operators/pipeline';
import { $and, $expr, $nor, $not, $or } from 'mingo/operators/query';
import * as windowOperators from 'mingo/operators/window';
import { Query } from 'mingo/query';
import type { Options } from 'mingo/types';
import { MingoError } from 'mingo/util';
import { accumulatingExpressions, accumulators } from './accumulators.js';
import { expressions } from './expressions.js';
import { EXPRESSIONS, STAGES, WINDOW } from './operators.js';
import { isObject } from './order.js';
import { predicates } from './predicates.js';
import { sorted } from './sorting.js';
import { stages } from './stages.js';

/** Evaluates checked queries over documents with mingo, in MongoDB's semantics. */

const pick = (operators: object, allowed: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(operators).filter(([name]) => allowed.has(name)));

const OPTIONS = {
  scriptEnabled: false,
  context: Context.init({
    query: { $and, $or, $nor, $not, $expr, ...predicates },
    expression: { ...pick(expressionOperators, EXPRESSIONS), ...expressions, ...accumulatingExpressions },
    accumulator: accumulators,
    pipeline: { ...pick(pipelineOperators, STAGES), ...stages },
    window: pick(windowOperators, WINDOW),
  }),
} as unknown as Options;

/** The test of a checked filter. */
export function matcher(filter: Filter): (document: Document) => boolean {
  const query = new Query<Document>(filter, OPTIONS);
  return (document) => query.test(document);
}

/** A sort that leaves no two documents equal: by key last, in the direction of the last field. No sort is that of the keys. */
export function totalSort(sort: Sort = {}): Sort {
  return '_id' in sort ? sort : { ...sort, _id: Object.values(sort).at(-1) ?? 1 };
}

/** The documents that match, in the order in which they come. */
export function* matching(documents: Iterable<Document>, filter: Filter): Generator<Document> {
  const matches = matcher(filter);
  for (const document of documents) if (matches(document)) yield document;
}

/** From `skip` on, `limit` at the most; does not read further than that. */
export function page<T>(documents: Iterable<T>, { skip = 0, limit = Infinity }: FindOptions): T[] {
  const found: T[] = [];
  let toSkip = skip;
  for (const document of documents) {
    if (toSkip-- > 0) continue;
    found.push(document);
    if (found.length >= limit) break;
  }
  return found;
}

/** Sorts matching documents and takes their page. */
export function sortedPage(documents: Iterable<Document>, options: FindOptions): Document[] {
  const { skip = 0, limit = Infinity } = options;
  return page(sorted(documents, totalSort(options.sort), skip + limit), options);
}

export function projected(documents: Document[], projection: FindOptions['projection']): Document[] {
  if (!projection || Object.keys(projection).length === 0) return documents;
  return new Aggregator([{ $project: projection }], OPTIONS).run(documents).map(plain) as Document[];
}

export interface EvaluationLimits {
  maxDocuments?: number | undefined;
  /** Called again and again; throws when the time is over. */
  checkTime?: () => void;
}

/** Runs a checked pipeline. @throws QueryTooExpensive it gives more documents than allowed. */
export function aggregate(documents: Iterable<object>, pipeline: Pipeline, limits: EvaluationLimits = {}): Record<string, unknown>[] {
  const { maxDocuments = Infinity, checkTime } = limits;
  const timed = (document: unknown): unknown => {
    checkTime?.();
    return document;
  };
  const results = pipeline.reduce((before, stage) => new Aggregator([stage], OPTIONS).stream(before).map(timed), Lazy(documents).map(timed));
  const found: Record<string, unknown>[] = [];
  for (const result of results as Iterable<object>) {
    if (found.length === maxDocuments) throw new QueryTooExpensive(`The pipeline gives more than the ${maxDocuments} documents allowed. Narrow it, or add a $limit.`);
    found.push(plain(result) as Record<string, unknown>);
  }
  return found;
}

/** A copy that shares nothing, as JSON has it: without undefined fields, null for undefined elements. Dates stay dates. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => plain(element) ?? null);
  if (value instanceof Date) return new Date(value);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined).map(([name, field]) => [name, plain(field)]));
}

/** Runs an evaluation. @throws InvalidQuery an operator cannot take what it was given. */
export function evaluating<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof MingoError || error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)) throw error;
    throw new InvalidQuery(`The query cannot be evaluated: ${error.message}`, { cause: error });
  }
}
