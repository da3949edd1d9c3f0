import type { Document, FindOptions } from '../ports/document-store.js';
import { evaluating, matching, projected, sortedPage } from './evaluation.js';
import { checkFindOptions } from './language.js';

/** Filters, sorts, pages and projects documents in memory, in MongoDB's semantics. @throws InvalidQuery */
export function evaluateFind(documents: readonly Document[], options: FindOptions): Document[] {
  checkFindOptions(options);
  return evaluating(() => projected(sortedPage(matching(documents, options.filter ?? {}), options), options.projection));
}
