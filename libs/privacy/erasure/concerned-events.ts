import { type Engine, type EventStore, type Position, type RecordedEvent } from '#event-sourcing';
import { idOf, personsIn } from '../domain/erasure.js';
import { planOf } from '../sealing/plan.js';
import { isSealed, partsToSeal, sealedFor } from '../sealing/sealed-event.js';

const AT_ONCE = 1_000;

/** What of the log tells of a person. */
export interface ConcernedEvents {
  streams: Set<string>;
  events: number;
  sealedEvents: number;
  /** Positions of events with personal fields that are stored plain. */
  plainEvents: Position[];
}

/** Positions of the events that name a person, up to a position, in order. */
async function positionsOf(engine: Engine, subject: string, until: Position): Promise<Position[]> {
  const positions = new Set<Position>();
  for await (const events of engine.histories.recordedFor([idOf(subject)], until)) {
    for (const event of events) if (isAbout(event, subject)) positions.add(event.position);
  }
  return [...positions].sort((one, other) => one - other);
}

/** The events that name a person, up to a position, in order. */
export async function* eventsAbout(engine: Engine, subject: string, until: Position): AsyncGenerator<RecordedEvent> {
  const positions = await positionsOf(engine, subject, until);
  for (let next = 0; next < positions.length; next += AT_ONCE) yield* await engine.events.readAt(positions.slice(next, next + AT_ONCE));
}

/** What was recorded for the id may be about a document of another kind that has the same id. */
function isAbout({ stream, data }: RecordedEvent, subject: string): boolean {
  return stream === subject || personsIn({ data }).includes(idOf(subject));
}

/**
 * Looks at the events as they are stored.
 * @param stored the log beneath the seals.
 */
export async function concernedEvents(engine: Engine, stored: EventStore, subject: string, until: Position): Promise<ConcernedEvents> {
  const found: ConcernedEvents = { streams: new Set([subject]), events: 0, sealedEvents: 0, plainEvents: [] };
  const positions = await positionsOf(engine, subject, until);
  for (let next = 0; next < positions.length; next += AT_ONCE) {
    for (const event of await stored.readAt(positions.slice(next, next + AT_ONCE))) count(found, engine, event, subject);
  }
  return found;
}

function count(found: ConcernedEvents, { eventTypes }: Engine, event: RecordedEvent, subject: string): void {
  found.events++;
  found.streams.add(event.stream);
  const type = eventTypes.get(event.type);
  if (isSealed(event)) {
    if (sealedFor(event).includes(subject)) found.sealedEvents++;
  } else if (type && partsToSeal(event, planOf(type)).some(({ subjects }) => subjects.includes(subject))) {
    found.plainEvents.push(event.position);
  }
}
