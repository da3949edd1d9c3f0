import { Aggregator, Query } from 'mingo';
import { InvalidQuery, QueryTooExpensive, type AggregateOptions, type FindOptions, type Pipeline } from '../ports/document-store.js';

const OPTIONS = { scriptEnabled: false } as const;

/** Filters, sorts and projects documents in memory. @throws InvalidQuery */
export function evaluateFind<T extends object>(documents: Iterable<T>, { filter = {}, sort, projection, skip, limit }: FindOptions): T[] {
  return orInvalid(() => {
    let cursor = new Query(filter, OPTIONS).find<T>([...documents], projection as never);
    if (sort) cursor = cursor.sort(sort);
    if (skip) cursor = cursor.skip(skip);
    if (limit !== undefined) cursor = cursor.limit(limit);
    return cursor.all();
  });
}

/** Aggregates documents in memory. @throws InvalidQuery @throws QueryTooExpensive */
export async function evaluateAggregate(documents: Iterable<object>, pipeline: Pipeline, limits: AggregateOptions = {}): Promise<Record<string, unknown>[]> {
  const result = orInvalid(() => new Aggregator(pipeline as never, OPTIONS).run([...documents] as never));
  if (limits.maxDocuments !== undefined && result.length > limits.maxDocuments) {
    throw new QueryTooExpensive(`The answer has more than ${limits.maxDocuments} documents. Group or limit further.`);
  }
  return result;
}

function orInvalid<T>(evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    throw new InvalidQuery((error as Error).message, { cause: error });
  }
}
