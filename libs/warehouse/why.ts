import { InvalidQuery, type Moment, type Position, type RecordedEvent } from '#event-sourcing';
import type { History } from './loading/loader.js';
import type { SqlAnswer, SqlMoment } from './model/analytical-database.js';
import type { Source, Table } from './model/table.js';
import { schema, sources } from './tables/schema.js';

/** An event, with what it came of; what it says stays with those who may read the history. */
export interface CitedEvent extends Pick<RecordedEvent, 'id' | 'type' | 'stream' | 'revision' | 'position' | 'occurredAt' | 'recordedAt'> {
  command: string | null;
  commandId: string;
  correlationId: string;
  /** The event or command that caused it. */
  causationId: string | null;
}

export interface Reasons {
  table: string;
  key: string;
  /** The rows of the key as they are at the moment, each with the ids of the events that it rests on. */
  rows: { values: Record<string, unknown>; events: string[] }[];
  /** All that was known of the key at the moment, in order. */
  events: CitedEvent[];
}

/** What a row of a table can be asked for. @throws InvalidQuery there is no such table, or it is made of others. */
export function sourceOf(name: string): { source: Source; table: Table } {
  for (const source of sources) {
    const table = source.tables.find((each) => each.name === name);
    if (table) return { source, table };
  }
  const isDerived = schema.derived.some((derived) => derived.name === name);
  const known = schema.tables.map((table) => table.name).join(', ');
  throw new InvalidQuery(`${isDerived ? `${name} is made of other tables` : `There is no table ${name}`}. Ask why of a row of ${known}.`);
}

/** The rows of a key: a question to the database. */
export const rowsOf = ({ name, keyColumn }: Table) => `SELECT * FROM ${name} WHERE ${keyColumn} = $1 ORDER BY ALL`;

/** The events that rows of a key are made of, as history is read at the moment. */
export async function eventsOf({ fold }: Source, key: string, { asOf, knownAt, position }: SqlMoment & { position: Position }, isPast: Moment, { readings, histories }: History): Promise<RecordedEvent[]> {
  await readings.upTo(position);
  const found = await histories.of(fold, [key], readings.within(isPast, position), position);
  return found.get(key)!.filter((event) => event.occurredAt <= asOf && (knownAt === undefined || event.recordedAt <= knownAt));
}

export function reasonsOf(table: string, key: string, { rows }: SqlAnswer, events: readonly RecordedEvent[]): Reasons {
  const all = events.map(({ id }) => id);
  return { table, key, rows: rows.map((values) => ({ values, events: restsOn(values) ?? all })), events: events.map(cited) };
}

/** Facts name their events; a dimension is made of all that was told of its key. */
function restsOn({ event_id: one, evidence }: Record<string, unknown>): string[] | undefined {
  if (typeof one === 'string') return [one];
  return Array.isArray(evidence) ? (evidence as string[]) : undefined;
}

function cited({ id, type, stream, revision, position, occurredAt, recordedAt, metadata }: RecordedEvent): CitedEvent {
  const { command = null, commandId, correlationId, causationId = null } = metadata;
  return { id, type, stream, revision, position, occurredAt, recordedAt, command, commandId, correlationId, causationId };
}
