import { Query } from 'mingo';
import { InvalidQuery, type FindOptions } from '../ports/document-store.js';

export { aggregatePages, type AggregateLimits } from './aggregate.js';

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

function orInvalid<T>(evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    throw new InvalidQuery((error as Error).message, { cause: error });
  }
}
