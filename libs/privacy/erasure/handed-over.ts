import { type Engine, type Position, type RecordedEvent } from '#event-sourcing';
import type { Withheld } from '../domain/erasure.js';
import { planOf, subjectAt, subjectPath } from '../sealing/plan.js';
import { eventsAbout } from './concerned-events.js';

/**
 * What was recorded for another person and turned out to be about this one: it is sealed with the other one's key, which
 * stays, and so it has to be withheld by name.
 * @returns undefined where there is nothing.
 */
export async function handedOverTo(engine: Engine, subject: string, until: Position): Promise<Withheld | undefined> {
  const positions: Position[] = [];
  const streams: string[] = [];
  for (const stream of await streamsHandedOver(engine, subject, until)) {
    const found = await earlierIn(engine, stream, subject);
    if (found.length > 0) streams.push(stream);
    positions.push(...found);
  }
  return positions.length > 0 ? { streams, positions: positions.sort((one, other) => one - other) } : undefined;
}

/** Those of a person who is this one by another name are not among them: they are erased by that name. */
async function streamsHandedOver(engine: Engine, subject: string, until: Position): Promise<Set<string>> {
  const streams = new Set<string>();
  for await (const event of eventsAbout(engine, subject, until)) {
    const handed = handOver(engine, event);
    if (handed?.to === subject && handed.from !== event.stream) streams.add(event.stream);
  }
  return streams;
}

/** Personal events of the stream before it came to the person, where it is still theirs. */
async function earlierIn(engine: Engine, stream: string, subject: string): Promise<Position[]> {
  const earlier: Position[] = [];
  let theirs: Position[] | undefined;
  for await (const page of engine.events.readStream(stream)) {
    for (const event of page) {
      const handed = handOver(engine, event);
      if (handed) theirs = handed.to === subject ? [...earlier] : undefined;
      if (isAnothers(engine, event, subject)) earlier.push(event.position);
    }
  }
  return theirs ?? [];
}

/** From whom to whom the event hands over what its stream says; undefined where it does not. */
export function handOver({ eventTypes }: Engine, { type, data }: RecordedEvent): { from: string; to: string } | undefined {
  const paths = eventTypes.get(type)?.handsOver;
  const [from, to] = paths ? [subjectAt(data, subjectPath(paths.from)), subjectAt(data, subjectPath(paths.to))] : [];
  return from !== undefined && to !== undefined && from !== to ? { from, to } : undefined;
}

function isAnothers({ eventTypes }: Engine, { type, data }: RecordedEvent, subject: string): boolean {
  const known = eventTypes.get(type);
  return known !== undefined && planOf(known).some(({ subjects }) => !subjects.some((path) => subjectAt(data, path) === subject));
}
