import type { AnyView, ViewReader } from '../modelling/view.js';
import type { Document } from '../ports/document-store.js';
import { aggregatePages, evaluateFind } from '../query/index.js';

/** Rows that stand, for one answer, in the place of those of a view; undefined where its own count. */
export type RowsInstead = (view: AnyView) => Promise<Document[]> | undefined;

const AGGREGATE_LIMITS = { timeoutMs: 5_000, maxDocuments: 10_000 };

/** The same views, but some with other rows. */
export function readerInstead(read: ViewReader, instead: RowsInstead): ViewReader {
  return {
    get: async (view, key) => {
      const rows = await instead(view);
      return rows ? (rows.find(({ _id }) => _id === key) as never) : read.get(view, key);
    },
    find: async (view, options) => {
      const rows = await instead(view);
      return rows ? (evaluateFind(rows, options ?? {}) as never) : read.find(view, options);
    },
    aggregate: async (view, pipeline) => {
      const rows = await instead(view);
      return rows ? aggregatePages(pagesOf(rows), pipeline, AGGREGATE_LIMITS) : read.aggregate(view, pipeline);
    },
  };
}

async function* pagesOf(documents: Document[]): AsyncGenerator<Document[]> {
  yield documents;
}
