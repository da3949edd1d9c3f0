import type { DocumentStore } from '../ports/document-store.js';

/** What the parts of the suite share: the store, and collections that are dropped at the end. */
export interface DocumentStoreFixture {
  store: DocumentStore;
  /** Name of a collection that nobody has used. */
  unused(): string;
  /** Name of a new collection with these documents, all at position 1. */
  filledWith(documents: Record<string, object>): Promise<string>;
}
