import type { AnyView } from '../modelling/view.js';
import { BEGINNING, type Position, type RecordedEvent } from '../ports/event-store.js';
import { errorFields } from '../support.js';

/** A document in the making: the row as of a position; `undefined` where there is none. */
export interface Row {
  row: object | undefined;
  position: Position;
}

/** One of the equal parts of a view's documents, told apart by their keys. */
export interface Partition {
  index: number;
  count: number;
}

export const WHOLE: Partition = { index: 0, count: 1 };

export interface FoldFailure {
  key: string;
  event: RecordedEvent;
  error: unknown;
}

/** A view cannot go on: a fold failed while it was filled anew, or an event's documents cannot be told. */
export class ViewFailed extends Error {
  override readonly name = 'ViewFailed';
  constructor(
    readonly view: string,
    readonly event: RecordedEvent,
    cause: unknown,
  ) {
    super(`View ${view} failed on ${event.type} ${event.stream}@${event.revision} (${event.id}): ${errorFields(cause).error}`, { cause });
  }
}

/** The types of the events of a page, found once for all views. */
const typesOfPages = new WeakMap<readonly RecordedEvent[], readonly string[]>();

/** Whether any of the events is of these types. */
export function hasTypes(events: readonly RecordedEvent[], types: ReadonlySet<string>): boolean {
  let found = typesOfPages.get(events);
  if (!found) {
    found = [...new Set(events.map(({ type }) => type))];
    typesOfPages.set(events, found);
  }
  return found.some((type) => types.has(type));
}

type ByKey = Map<string, RecordedEvent[]>;

/** What was found for the first partition of a page that is folded here, for the others. */
const grouped = new WeakMap<readonly RecordedEvent[], Map<string, ByKey[]>>();

/**
 * Events of a page by the document that they touch, in order; only the partition's documents.
 * @throws ViewFailed a key function failed: which sequence waits cannot be known, so the view has to.
 */
export function eventsByKey(view: AnyView, events: readonly RecordedEvent[], { index, count }: Partition): ByKey {
  if (count === 1) return grouping(view, events, 1)[0]!;
  const name = `${view.name}/${count}`;
  const known = grouped.get(events) ?? new Map<string, ByKey[]>();
  const partitions = known.get(name) ?? grouping(view, events, count);
  grouped.set(events, known.set(name, partitions));
  return partitions[index]!;
}

function grouping(view: AnyView, events: readonly RecordedEvent[], count: number): ByKey[] {
  const partitions = Array.from({ length: count }, (): ByKey => new Map());
  for (const event of events) {
    for (const key of keysOf(view, event)) {
      const byKey = partitions[count === 1 ? 0 : partitionOf(key, count)]!;
      const list = byKey.get(key);
      if (list) list.push(event);
      else byKey.set(key, [event]);
    }
  }
  return partitions;
}

function keysOf(view: AnyView, event: RecordedEvent): readonly string[] {
  try {
    return view.keysOf(event);
  } catch (error) {
    throw new ViewFailed(view.name, event, error);
  }
}

/**
 * Folds the events of one document in order. Those that the row already holds are passed over, so a page that comes
 * twice changes nothing. Stops before the first event that the fold cannot take.
 */
export function foldDocument(view: AnyView, key: string, before: Row | undefined, events: readonly RecordedEvent[]): { after: Row | undefined; failure?: FoldFailure } {
  let row = before?.row;
  let position = before?.position ?? BEGINNING;
  const after = () => (position > (before?.position ?? BEGINNING) ? { row, position } : before);
  for (const event of events) {
    if (event.position <= position) continue;
    try {
      row = view.fold(row, event, key);
      position = event.position;
    } catch (error) {
      return { after: after(), failure: { key, event, error } };
    }
  }
  return { after: after() };
}

/** FNV-1a, 32 bits, over UTF-16 units: stable for ever, since documents must not change their partition between releases. */
export function partitionOf(key: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % count;
}
