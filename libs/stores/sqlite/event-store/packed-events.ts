import type { Position } from '#event-sourcing';
import { StoredEvent } from './stored-event.js';

/** Between metadata texts, which as JSON have no control characters. */
const SEPARATOR = '\u001e';

/** One event of table `e` as JSON; where all are of one stream, nobody needs its name. Id and times have no character that JSON escapes. */
const asJson = (ofOneStream: boolean) => `concat('[', e.position, ',', e.revision, ',', e.schema_version, ',"', e.id, '","', e.occurred_at, '","', e.recorded_at, '",', json_quote(e.type), ',', e.data, ${ofOneStream ? '' : `',', json_quote(e.stream),`} ']')`;
type Unpacked = [position: Position, revision: number, schemaVersion: number, id: string, occurredAt: string, recordedAt: string, type: string, data: object, stream?: string];

/** All rows of a statement in one: their number, their JSON but for the metadata, and their metadata. */
export type Pack = [count: number, rows: string | null, metadata: string | null];

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
  /** Of rows and metadata. */
  characters: number;
}

/**
 * Values cost more to cross into JavaScript one by one than to be joined, and JSON parsed together less than alone.
 * A subquery that sorts and limits would copy each row once more: it costs a third of the whole.
 */
export const packed = ({ sql, stream }: Source): string => `SELECT count(*), group_concat(${asJson(stream !== undefined)}), group_concat(e.metadata, char(${SEPARATOR.charCodeAt(0)})) FROM ${sql}`;

/** Of the first event whose data are not JSON. */
export const firstDamaged = ({ sql }: Source): string => `SELECT min(e.position) FROM ${sql} AND NOT json_valid(e.data)`;

/** @returns the events in the order of the log, or in its reverse. @throws SyntaxError the data of an event are not JSON. */
export function unpack([count, rows, metadata]: Pack, { source, isBackwards }: Pick<PackedPage, 'source' | 'isBackwards'>): StoredEvent[] {
  if (count === 0) return [];
  const unpacked = JSON.parse(`[${rows}]`) as Unpacked[];
  // Cut out of one long text, as they are seldom looked at.
  const ofEach = metadata!.split(SEPARATOR);
  if (unpacked.length !== count || ofEach.length !== count) throw new SyntaxError(`${count} events are as many as ${unpacked.length}`);
  const events = unpacked.map(([position, revision, schemaVersion, id, occurredAt, recordedAt, type, data, stream = source.stream!], i) =>
    new StoredEvent({ position, revision, schemaVersion, type, id, occurredAt, recordedAt, stream, metadata: ofEach[i]! }, data));
  // They are read in that order, but SQLite does not promise to join them in it.
  if (!isInOrder(events)) events.sort((one, other) => one.position - other.position);
  return isBackwards ? events.reverse() : events;
}

function isInOrder(events: readonly StoredEvent[]): boolean {
  for (let i = 1; i < events.length; i++) if (events[i - 1]!.position > events[i]!.position) return false;
  return true;
}
