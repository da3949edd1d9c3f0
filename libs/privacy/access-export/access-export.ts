import type { AnyView, Engine, RecordedEvent } from '#event-sourcing';
import { idOf } from '../domain/erasure.js';
import { eventsAbout } from '../erasure/concerned-events.js';
import { knownSubject } from '../erasure/erasures.js';
import { namesOf } from '../erasure/same-person.js';

/** Everything that is held on a person (Article 15 of the GDPR). */
export interface AccessExport {
  format: 'guanxi-access-export/1';
  subject: string;
  /** Other names of the same person, whose events and rows are in it too. Missing where there is none. */
  alsoKnownAs?: string[];
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
  const names = await namesOf(engine, subject);
  const found = new Map<number, RecordedEvent>();
  for (const name of names) for await (const event of eventsAbout(engine, name, position)) found.set(event.position, event);
  const events = [...found.values()].sort((one, other) => one.position - other.position);
  const views: AccessExport['views'] = {};
  for (const name of engine.projector.names().sort()) {
    const rows = await rowsOf(engine, engine.projector.get(name).view, events, names, position);
    if (rows.length > 0) views[name] = rows;
  }
  const [, ...alsoKnownAs] = names;
  return { format: 'guanxi-access-export/1', subject, ...(alsoKnownAs.length > 0 && { alsoKnownAs }), exportedAt: now.toISOString(), position, events: events.map(exported), views };
}

/** Rows that events of the person touched, except those that are another person's own. */
async function rowsOf(engine: Engine, view: AnyView, events: readonly RecordedEvent[], names: readonly string[], position: number): Promise<Record<string, unknown>[]> {
  const keys = new Set(events.flatMap((event) => view.keysOf(event)));
  const own = new Set(names.map(idOf));
  const others = new Set(events.flatMap(({ stream, data }) => ownersIn(stream, data, names)).filter((id) => !own.has(id)));
  const rows: Record<string, unknown>[] = [];
  for (const key of keys) {
    if (others.has(key) || [...others].some((other) => key.startsWith(`${other}/`))) continue;
    const { value } = await engine.views.get(view.name, key, { after: position });
    if (value) rows.push(value);
  }
  return rows;
}

/** Ids of others whom an event names. The contact persons of a customer belong to what is held on it. */
function ownersIn(stream: string, data: object, names: readonly string[]): string[] {
  const isCustomer = names.some((name) => name.startsWith('customer-'));
  const fields = isCustomer ? /(customer|parent|lead)Id$/i : /(customer|contact|parent|lead)Id$/i;
  const ids = Object.entries(data).flatMap(([field, value]) => (fields.test(field) && typeof value === 'string' ? [value] : []));
  return stream.startsWith('customer-') ? [...ids, idOf(stream)] : ids;
}

function exported({ id, type, stream, revision, position, occurredAt, recordedAt, data, metadata }: RecordedEvent): ExportedEvent {
  return { id, type, stream, revision, position, occurredAt, recordedAt, data, actor: metadata.actor, source: metadata.source };
}
