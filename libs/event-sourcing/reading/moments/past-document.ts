import type { AnyView } from '../../modelling/view.js';
import type { DocumentStore } from '../../ports/document-store.js';
import type { EventStore, RecordedEvent } from '../../ports/event-store.js';
import { foldDocument, ViewFailed } from '../page-fold.js';
import { isWithin, type Moment } from './moment.js';
import { trailOf } from './trails.js';

const AT_ONCE = 1_000;

export interface PastSources {
  events: EventStore;
  documents: DocumentStore;
  /** The collection of the trails. */
  trails: string;
}

/** One document of a view as of a moment, from its own events. @throws ViewFailed */
export async function pastDocument(view: AnyView, key: string, moment: Moment, sources: PastSources): Promise<object | undefined> {
  const events = (await eventsOf(key, sources)).filter((event) => isWithin(moment, event) && view.keysOf(event).includes(key));
  const { after, failure } = foldDocument(view, key, undefined, events);
  if (failure) throw new ViewFailed(view.name, failure.event, failure.error);
  return after?.row;
}

/** Every event that touches a document of this key, in the order of the log. */
export async function eventsOf(key: string, { events, documents, trails }: PastSources): Promise<RecordedEvent[]> {
  const { positions, ranges } = await trailOf(documents, trails, key);
  const found: RecordedEvent[] = [];
  for (let next = 0; next < positions.length; next += AT_ONCE) found.push(...(await events.readAt(positions.slice(next, next + AT_ONCE))));
  for (const [after, until] of ranges) for await (const page of events.readAll({ after, until })) found.push(...page.events);
  return found.sort((one, other) => one.position - other.position);
}
