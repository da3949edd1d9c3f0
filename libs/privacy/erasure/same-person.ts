import { type Engine, type RecordedEvent } from '#event-sourcing';
import { idOf, personsIn } from '../domain/erasure.js';
import { eventsAbout } from './concerned-events.js';
import { handOver } from './handed-over.js';

/** Of persons, customers alone are merged. */
const MERGED = 'customer-';

/**
 * Every name that somebody has, the one given first: of customers that are merged, and of a lead that became a customer
 * or was another lead.
 */
export async function namesOf(engine: Engine, subject: string): Promise<string[]> {
  await engine.readings.upTo(await engine.events.head());
  const names = new Set([subject]);
  for (const name of names) for await (const other of otherNames(engine, name)) names.add(other);
  return [...names];
}

async function* otherNames(engine: Engine, subject: string): AsyncGenerator<string> {
  const isMerged = subject.startsWith(MERGED);
  if (isMerged) for (const id of engine.readings.now.sameAs(idOf(subject))) yield MERGED + id;
  for await (const event of eventsAbout(engine, subject, await engine.events.head())) {
    if (isMerged) for (const id of survivorsIn(engine, event, idOf(subject))) yield MERGED + id;
    const became = handOver(engine, event);
    if (became?.from === event.stream && [became.from, became.to].includes(subject)) yield* [became.from, became.to];
  }
}

/** In whom this customer is found, where the event names that one. */
const survivorsIn = ({ readings }: Engine, event: RecordedEvent, id: string): string[] => personsIn(event).filter((person) => readings.now.sameAs(person).has(id));
