import type { AnyView, View, ViewReader } from '../../modelling/view.js';
import type { FindOptions, Pipeline } from '../../ports/document-store.js';
import { aggregate, evaluateFind } from '../../query/index.js';

const DOCUMENTS_AT_MOST = 1_000_000;

/** A document as a store would give it. */
export type StoredDocument = Record<string, unknown> & { _id: string };

/** Documents of a view in memory. */
export interface DocumentsHeld {
  /** In the order of their keys. */
  documents: readonly StoredDocument[];
  get(key: string): StoredDocument | undefined | Promise<StoredDocument | undefined>;
}

/** Reads views that are held in memory. */
export function readerOfRows(held: (view: AnyView) => Promise<DocumentsHeld>): ViewReader {
  return {
    get: async <Row extends object>(view: View<Row, unknown>, key: string) => (await (await held(view)).get(key)) as Row | undefined,
    find: async <Row extends object>(view: View<Row, unknown>, options?: FindOptions) =>
      evaluateFind([...(await held(view)).documents] as never, options ?? {}) as unknown as (Row & { _id: string })[],
    aggregate: async (view: AnyView, pipeline: Pipeline) => aggregate((await held(view)).documents, pipeline, { maxDocuments: DOCUMENTS_AT_MOST }),
  };
}
