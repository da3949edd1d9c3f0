import type { AnyView } from '../modelling/view.js';
import type { Document } from '../ports/document-store.js';
import type { RecordedEvent } from '../ports/event-store.js';
import { ViewFailed } from './page-fold.js';

/** Folds an event into the rows of a view. @throws ViewFailed */
export function foldInto(view: AnyView, rows: Map<string, object>, event: RecordedEvent): void {
  try {
    for (const key of view.keysOf(event)) {
      const row = view.fold(rows.get(key), event, key);
      if (row) rows.set(key, row);
      else rows.delete(key);
    }
  } catch (error) {
    throw new ViewFailed(view.name, event, error);
  }
}

/** The rows as documents, in the order of their keys. */
export function documentsIn(rows: ReadonlyMap<string, object>): Document[] {
  return [...rows].map(([_id, row]): Document => ({ _id, ...row })).sort(({ _id: one }, { _id: other }) => (one < other ? -1 : 1));
}
