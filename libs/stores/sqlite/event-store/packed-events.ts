import type { Position } from '#event-sourcing';
import { Columns, SEPARATOR, type Texts } from './columns.js';
import { PackedEvent } from './packed-event.js';

/** Between texts that have no character that JSON escapes, ids and times: as they stand in a list. */
const IN_A_LIST = '","';

/** All rows of a statement in one: their number, and the values of each column joined. */
export type Pack = [count: number, positions: string | null, types: string | null, data: string | null, ...texts: Texts];

/** What events are selected from. */
export interface Source {
  /** Tables, `e` the events, and conditions. */
  sql: string;
  /** That all events are of. */
  stream?: string;
}

/** Packs that make a page together. */
export interface PackedPage {
  packs: Pack[];
  /** What each was selected from, with its parameters. */
  source: Source;
  parameters: unknown[][];
  /** Position or revision up to which, or down to which, everything was looked at. */
  end: number;
  /** From the newest to the oldest. */
  isBackwards: boolean;
  rows: number;
  /** Of data and metadata. */
  characters: number;
}

const joined = (column: string, separator = ',') => `group_concat(e.${column}, '${separator}')`;

/**
 * Values cost more to cross into JavaScript one by one than to be joined, and JSON parsed together less than alone.
 * A subquery that sorts and limits would copy each row once more: it costs a third of the whole.
 */
export const packed = ({ sql, stream }: Source): string => `SELECT count(*), ${joined('position')}, ${joined('type', SEPARATOR)}, ${joined('data')},
  ${joined('metadata', SEPARATOR)}, ${joined('id', IN_A_LIST)}, ${joined('occurred_at', IN_A_LIST)}, ${joined('recorded_at', IN_A_LIST)},
  ${joined('revision')}, ${joined('schema_version')}${stream === undefined ? `, ${joined('stream', SEPARATOR)}` : ''} FROM ${sql}`;

/** Of the first event whose data are not JSON. */
export const firstDamaged = ({ sql }: Source): string => `SELECT min(e.position) FROM ${sql} AND NOT json_valid(e.data)`;

/** Data and metadata of a pack, in characters. */
export const charactersOf = ([, , , data, metadata]: Pack): number => (data?.length ?? 0) + (metadata?.length ?? 0);

/** @returns the events in the order of the log, or in its reverse. @throws SyntaxError the data of an event are not JSON. */
export function unpack([count, positions, types, data, ...texts]: Pack, { source, isBackwards }: Pick<PackedPage, 'source' | 'isBackwards'>): PackedEvent[] {
  if (count === 0) return [];
  const ofEach = { positions: JSON.parse(`[${positions}]`) as Position[], types: types!.split(SEPARATOR), data: JSON.parse(`[${data}]`) as object[] };
  for (const { length } of Object.values(ofEach)) if (length !== count) throw new SyntaxError(`${count} events are as many as ${length}`);
  const columns = new Columns(texts, source.stream);
  const events = ofEach.data.map((each, at) => new PackedEvent(ofEach.positions[at]!, known(ofEach.types[at]!), each, columns, at));
  // They are read in that order, but SQLite does not promise to join them in it.
  if (!isInOrder(events)) events.sort((one, other) => one.position - other.position);
  return isBackwards ? events.reverse() : events;
}

function isInOrder(events: readonly PackedEvent[]): boolean {
  for (let i = 1; i < events.length; i++) if (events[i - 1]!.position > events[i]!.position) return false;
  return true;
}

const MOST_TYPES = 10_000;
const types = new Map<string, string>();

let last = '';

/** The same text for the same type: it is looked up again and again, and what it was cut out of need not be kept for it. */
function known(type: string): string {
  // Neighbours are often alike.
  if (type !== last) last = types.get(type) ?? added(type);
  return last;
}

function added(type: string): string {
  if (types.size >= MOST_TYPES) types.clear();
  const own = JSON.parse(JSON.stringify(type)) as string;
  types.set(own, own);
  return own;
}
