import { DateTime } from 'luxon';
import type { EventType } from '../../modelling/domain-event.js';
import type { Interpretation } from '../../modelling/interpretation.js';
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
  /** Parts of the log to be read whole, apart from one another. */
  ranges: Range[];
}

/** After the first position, up to the second. */
type Range = readonly [after: Position, until: Position];

/**
 * The view of where each document's events are, so that one document can be told as of any moment without reading the
 * whole log. Documents of the same key share their trails, whatever view they are of. What an event was recorded for
 * counts, not what it is read as.
 */
export function trailsOf(views: readonly AnyView[], types: readonly EventType[], interpretations: readonly Interpretation[]): AnyView {
  // Grows with each view that is added or changed.
  const version = views.reduce((sum, view) => sum + view.options.version, interpretations.length);
  const recordedFor = keysRecorded(views, interpretations);
  const keys = (event: RecordedEvent) => recordedFor(event).map((key) => `${key}@${monthOf(event)}`);
  const trails = View.define<TrailRow>(TRAILS, { version, summary: 'Where the events of each document are in the log.', internal: true });
  return types.reduce((all, type) => all.on(type.class, keys, (row, { position }, rowKey) => extended(row ?? emptyRow(rowKey, position), position)), trails);
}

/** The keys of documents, and the ids, that an event was recorded for, whatever it is read as. */
export function keysRecorded(views: readonly AnyView[], interpretations: readonly Interpretation[]): (event: RecordedEvent) => string[] {
  const viewsOf = new Map<string, AnyView[]>();
  for (const view of views) for (const { name } of view.eventTypes()) viewsOf.set(name, [...(viewsOf.get(name) ?? []), view]);
  return (event) => {
    const keys = new Set<string>();
    for (const view of viewsOf.get(event.type) ?? []) for (const key of keysIn(view, event)) keys.add(key);
    for (const { options } of interpretations) for (const id of options.subjects?.(event) ?? []) keys.add(id);
    return [...keys];
  };
}

/** What the trails of these keys say in the months between two times, ISO 8601. */
export async function trailOf(documents: DocumentStore, collection: string, keys: Iterable<string>, since: string, until: string): Promise<Trail> {
  const months = monthsBetween(since, until);
  const rowKeys = [...keys].flatMap((key) => months.map((month) => `${key}@${month}`));
  const positions = new Set<Position>();
  const ranges: Range[] = [];
  for (const { document } of (await documents.load(collection, rowKeys)).values()) {
    const row = document as TrailRow | null;
    if (row?.positions) for (const position of row.positions) positions.add(position);
    else if (row) ranges.push([row.first - 1, row.last]);
  }
  return { positions: [...positions].sort((one, other) => one - other), ranges: united(ranges) };
}

function united(ranges: readonly Range[]): Range[] {
  const apart: Range[] = [];
  for (const [after, until] of [...ranges].sort(([one], [other]) => one - other)) {
    const last = apart.at(-1);
    if (last && after <= last[1]) apart[apart.length - 1] = [last[0], Math.max(last[1], until)];
    else apart.push([after, until]);
  }
  return apart;
}

/** One more at either end: clocks of the machines of a store may differ. */
function monthsBetween(since: string, until: string): string[] {
  const [from, to] = [DateTime.fromISO(since, UTC).minus({ months: 1 }), DateTime.fromISO(until, UTC).plus({ months: 1 })];
  const months: string[] = [];
  for (let month = from.startOf('month'); month <= to; month = month.plus({ months: 1 })) months.push(month.toFormat('yyyy-MM'));
  return months;
}

const UTC = { zone: 'utc' };

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
