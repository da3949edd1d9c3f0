import type { AnyView } from '../../modelling/view.js';
import type { EventStore, Position, RecordedEvent } from '../../ports/event-store.js';
import { eventsByKey, type Partition } from '../page-fold.js';
import type { DocumentHistories } from './document-histories.js';
import type { KnownReading } from './known-reading.js';
import type { Readings } from './readings.js';

export interface RereadingSources {
  events: EventStore;
  readings: Readings;
  histories: DocumentHistories;
}

/**
 * The step from one reading of history to a later one: whose documents it touches, and what their events are now. What
 * it has to look up is looked up once for all views.
 */
export class Rereading {
  private concernedEvents: Promise<RecordedEvent[]> | undefined;
  private readonly before: KnownReading;

  constructor(
    since: Position,
    /** How events are read from now on. */
    readonly reading: KnownReading,
    private readonly sources: RereadingSources,
  ) {
    this.before = sources.readings.at(since);
    this.since = since;
  }

  private readonly since: Position;

  /** Keys of the documents of a view that may be others now. @throws ViewFailed */
  async keysOf(view: AnyView, partition: Partition): Promise<string[]> {
    const events = await (this.concernedEvents ??= this.concerned());
    const types = new Set(view.eventTypes().map(({ name }) => name));
    const own = events.filter(({ type }) => types.has(type));
    const touched = [this.before, this.reading].flatMap((reading) => [...eventsByKey(view, reading.all(own), partition).keys()]);
    return [...new Set(touched)];
  }

  /** The events of documents up to {@link KnownReading.position}, in order, as they are read from now on. @throws ViewFailed */
  histories(view: AnyView, keys: readonly string[]): Promise<Map<string, RecordedEvent[]>> {
    return this.sources.histories.of(view, keys, this.reading, this.reading.position);
  }

  /** Every event that is, or may be, read in another way. */
  private async concerned(): Promise<RecordedEvent[]> {
    const { readings } = this.sources;
    const concerned = new Map<Position, RecordedEvent>();
    const [streams, subjects] = [new Set<string>(), new Set<string>()];
    let causes = readings.between(this.since, this.reading.position);
    while (causes.length > 0) {
      const found = await this.concernedBy(causes, streams, subjects);
      const fresh = found.filter(({ position }) => !concerned.has(position));
      for (const event of fresh) concerned.set(event.position, event);
      // What is read in another way may itself be what makes others read in another way.
      causes = fresh.filter(({ type }) => readings.types.has(type));
    }
    return [...concerned.values()];
  }

  private async concernedBy(causes: readonly RecordedEvent[], streams: Set<string>, subjects: Set<string>): Promise<RecordedEvent[]> {
    const concerns = causes.map((cause) => this.sources.readings.concernOf(cause));
    const newStreams = added(streams, concerns.flatMap((concern) => concern?.streams ?? []));
    const ids = concerns.flatMap((concern) => concern?.subjects ?? []).flatMap((id) => [...this.before.sameAs(id), ...this.reading.sameAs(id)]);
    const newSubjects = added(subjects, ids);
    const found: RecordedEvent[] = [];
    const until = this.reading.position;
    const take = (events: readonly RecordedEvent[]) => found.push(...events.filter(({ position }) => position <= until));
    for (const stream of newStreams) for await (const page of this.sources.events.readStream(stream)) take(page);
    if (newSubjects.length > 0) for await (const page of this.sources.histories.recordedFor(newSubjects, until)) take(page);
    return found;
  }
}

/** Those that the set did not have and has now. */
function added<T>(known: Set<T>, more: Iterable<T>): T[] {
  const fresh = [...new Set(more)].filter((each) => !known.has(each));
  for (const each of fresh) known.add(each);
  return fresh;
}
