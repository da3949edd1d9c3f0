import type { AnyView } from '../modelling/view.js';
import type { Document } from '../ports/document-store.js';
import type { RecordedEvent } from '../ports/event-store.js';
import { ViewFailed } from './page-fold.js';

/** Folds an event into the rows of a view. @returns the keys that it touches. @throws ViewFailed */
export function foldInto(view: AnyView, rows: Map<string, object>, event: RecordedEvent): readonly string[] {
  try {
    const keys = view.keysOf(event);
    for (const key of keys) {
      const row = view.fold(rows.get(key), event, key);
      if (row) rows.set(key, row);
      else rows.delete(key);
    }
    return keys;
  } catch (error) {
    throw new ViewFailed(view.name, event, error);
  }
}

/** The rows as documents, in the order of their keys. */
export function documentsIn(rows: ReadonlyMap<string, object>): Document[] {
  return [...rows].map(([_id, row]): Document => ({ _id, ...row })).sort(({ _id: one }, { _id: other }) => (one < other ? -1 : 1));
}
