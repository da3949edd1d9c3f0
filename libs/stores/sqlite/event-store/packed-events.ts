import type { Position } from '#event-sourcing';
import { StoredEvent } from './stored-event.js';

/** Between metadata texts, which as JSON have no control characters. */
const SEPARATOR = '\u001e';

/** What a statement to be packed selects, of table `e`. */
export const COLUMNS = 'e.position, e.revision, e.schema_version, e.type, e.stream, e.id, e.occurred_at, e.recorded_at, e.data, e.metadata';

/** One event as JSON. Id and times have no character that JSON escapes. */
const AS_JSON = `concat('[', position, ',', revision, ',', schema_version, ',"', id, '","', occurred_at, '","', recorded_at, '",', json_quote(type), ',', json_quote(stream), ',', data, ']')`;
type Unpacked = [position: Position, revision: number, schemaVersion: number, id: string, occurredAt: string, recordedAt: string, type: string, stream: string, data: object];

/** All rows of a statement in one: their number, their JSON but for the metadata, their metadata, and where they lie. */
export type Pack = [
  count: number, rows: string | null, metadata: string | null,
  firstPosition: Position, lastPosition: Position, firstRevision: number, lastRevision: number,
];

/** Places in a pack. */
export const LAST_POSITION = 4;
export const FIRST_REVISION = 5;
export const LAST_REVISION = 6;

/** Packs that make a page together. */
export interface PackedPage {
  packs: Pack[];
  /** More may match: the page was full. */
  cut: boolean;
}

/** Values cost more to cross into JavaScript one by one than to be joined, and JSON parsed together less than alone. */
export const packed = (sql: string): string => `SELECT count(*), group_concat(${AS_JSON}), group_concat(metadata, char(${SEPARATOR.charCodeAt(0)})),
  min(position), max(position), min(revision), max(revision) FROM (${sql})`;

/** Of the first event between two positions whose data are not JSON. */
export const FIRST_DAMAGED = 'SELECT position FROM events WHERE position BETWEEN ? AND ? AND NOT json_valid(data) ORDER BY position LIMIT 1';

/** @throws SyntaxError the data of an event are not JSON. */
export function unpack([count, rows, metadata]: Pack): StoredEvent[] {
  if (count === 0) return [];
  const unpacked = JSON.parse(`[${rows}]`) as Unpacked[];
  // Cut out of one long text, as they are seldom looked at.
  const ofEach = metadata!.split(SEPARATOR);
  if (unpacked.length !== count || ofEach.length !== count) throw new SyntaxError(`${count} events are as many as ${unpacked.length}`);
  return unpacked.map(([position, revision, schemaVersion, id, occurredAt, recordedAt, type, stream, data], i) =>
    new StoredEvent({ position, revision, schemaVersion, type, id, occurredAt, recordedAt, stream, metadata: ofEach[i]! }, data));
}
