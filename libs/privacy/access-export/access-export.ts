import type { AnyView, Engine, RecordedEvent } from '#event-sourcing';
import { idOf } from '../domain/erasure.js';
import { positionsOf } from '../erasure/concerned-events.js';
import { knownSubject } from '../erasure/erasures.js';

const AT_ONCE = 1_000;

/** Everything that is held on a person (Article 15 of the GDPR). */
export interface AccessExport {
  format: 'guanxi-access-export/1';
  subject: string;
  exportedAt: string;
  /** The log up to here is in it. */
  position: number;
  /** What happened, in the order in which it was recorded: when, by whom, from where, and what was recorded. */
  events: ExportedEvent[];
  /** What is made of that: rows of every view, by the name of the view. */
  views: Record<string, Record<string, unknown>[]>;
}

export type ExportedEvent = Pick<RecordedEvent, 'id' | 'type' | 'stream' | 'revision' | 'position' | 'occurredAt' | 'recordedAt' | 'data'> & { actor: string; source: string };

/** @throws Rejection `subject-not-found` */
export async function exportOf(engine: Engine, subject: string, now: Date): Promise<AccessExport> {
  await knownSubject(engine, subject);
  const position = await engine.events.head();
  const positions = await positionsOf(engine, subject, position);
  const events: RecordedEvent[] = [];
  for (let next = 0; next < positions.length; next += AT_ONCE) events.push(...(await engine.events.readAt(positions.slice(next, next + AT_ONCE))));
  const views: AccessExport['views'] = {};
  for (const name of engine.projector.names().sort()) {
    const rows = await rowsOf(engine, engine.projector.get(name).view, events, subject, position);
    if (rows.length > 0) views[name] = rows;
  }
  return { format: 'guanxi-access-export/1', subject, exportedAt: now.toISOString(), position, events: events.map(exported), views };
}

/** Rows that events of the person touched, except those that are another person's own. */
async function rowsOf(engine: Engine, view: AnyView, events: readonly RecordedEvent[], subject: string, position: number): Promise<Record<string, unknown>[]> {
  const keys = new Set(events.flatMap((event) => view.keysOf(event)));
  const others = new Set(events.flatMap(({ stream, data }) => ownersIn(stream, data, subject)).filter((id) => id !== idOf(subject)));
  const rows: Record<string, unknown>[] = [];
  for (const key of keys) {
    if (others.has(key) || [...others].some((other) => key.startsWith(`${other}/`))) continue;
    const { value } = await engine.views.get(view.name, key, { after: position });
    if (value) rows.push(value);
  }
  return rows;
}

/** Ids of others whom an event names. The contact persons of a customer belong to what is held on it. */
function ownersIn(stream: string, data: object, subject: string): string[] {
  const isCustomer = subject.startsWith('customer-');
  const names = isCustomer ? /(customer|parent)Id$/i : /(customer|contact|parent)Id$/i;
  const ids = Object.entries(data).flatMap(([field, value]) => (names.test(field) && typeof value === 'string' ? [value] : []));
  return stream.startsWith('customer-') ? [...ids, idOf(stream)] : ids;
}

function exported({ id, type, stream, revision, position, occurredAt, recordedAt, data, metadata }: RecordedEvent): ExportedEvent {
  return { id, type, stream, revision, position, occurredAt, recordedAt, data, actor: metadata.actor, source: metadata.source };
}
