import { View, type AnyView } from '../../modelling/view.js';
import type { DocumentStore } from '../../ports/document-store.js';
import type { Position, RecordedEvent } from '../../ports/event-store.js';

export const TRAILS = 'trails';

/** A key that more events of one month touch is found by reading that part of the log. */
const POSITIONS_AT_MOST = 5_000;

/** Where the events are that touched a document of any view, those recorded in one month. */
interface TrailRow {
  key: string;
  first: Position;
  last: Position;
  /** Null where there are too many. */
  positions: Position[] | null;
}

/** What is to be read to have every event that touches a document. */
export interface Trail {
  positions: Position[];
  /** Parts of the log to be read whole: after the first position, up to the second. */
  ranges: (readonly [after: Position, until: Position])[];
}

/**
 * The view of where each document's events are, so that one document can be told as of any moment without reading the
 * whole log. Documents of the same key share their trails, whatever view they are of.
 */
export function trailsOf(views: readonly AnyView[]): AnyView {
  // Grows with each view that is added or changed.
  const version = views.reduce((sum, view) => sum + view.options.version, 0);
  const types = new Map(views.flatMap((view) => view.eventTypes().map((type) => [type.name, type.class] as const)));
  let trails = View.define<TrailRow>(TRAILS, { version, summary: 'Where the events of each document are in the log.', internal: true });
  for (const [name, type] of types) {
    const touched = views.filter((view) => view.eventTypes().some((each) => each.name === name));
    const keys = (event: RecordedEvent) => [...new Set(touched.flatMap((view) => keysIn(view, event)))].map((key) => `${key}@${monthOf(event)}`);
    trails = trails.on(type, keys, (row, { position }, rowKey) => extended(row ?? emptyRow(rowKey, position), position));
  }
  return trails;
}

export async function trailOf(documents: DocumentStore, collection: string, key: string): Promise<Trail> {
  const filter = { _id: { $gte: `${key}@`, $lt: `${key}A` } };
  const trail: Trail = { positions: [], ranges: [] };
  for await (const page of documents.scan(collection, filter)) {
    for (const row of page as unknown as TrailRow[]) {
      if (row.key !== key) continue;
      if (row.positions) trail.positions.push(...row.positions);
      else trail.ranges.push([row.first - 1, row.last]);
    }
  }
  return trail;
}

const monthOf = ({ recordedAt }: RecordedEvent) => recordedAt.slice(0, 'YYYY-MM'.length);

/** A view whose documents cannot be told stops by itself, which is logged there, and must not stop the trails of others. */
function keysIn(view: AnyView, event: RecordedEvent): readonly string[] {
  try {
    return view.keysOf(event);
  } catch {
    return [];
  }
}

function emptyRow(rowKey: string, first: Position): TrailRow {
  return { key: rowKey.slice(0, rowKey.lastIndexOf('@')), first, last: first, positions: [] };
}

function extended({ positions, ...row }: TrailRow, position: Position): TrailRow {
  return { ...row, last: position, positions: positions && positions.length < POSITIONS_AT_MOST ? [...positions, position] : null };
}
