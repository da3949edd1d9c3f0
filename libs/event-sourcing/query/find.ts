import type { Document, FindOptions } from '../ports/document-store.js';
import { evaluating, matching, projected, sortedPage } from './evaluation.js';
import { checkFindOptions } from './language.js';

/** Filters, sorts, pages and projects documents in memory, in MongoDB's semantics. @throws InvalidQuery */
export function evaluateFind(documents: readonly Document[], options: FindOptions): Document[] {
  checkFindOptions(options);
  return evaluating(() => projected(sortedPage(matching(documents, options.filter ?? {}), options), options.projection));
}

/** The same documents in the same order, with the fields that a projection asks for. @throws InvalidQuery */
export function evaluateProjection(documents: Document[], projection: NonNullable<FindOptions['projection']>): Document[] {
  checkFindOptions({ projection });
  return evaluating(() => projected(documents, projection));
}
