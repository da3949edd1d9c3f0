import type { AnyView } from '../../modelling/view.js';
import type { DocumentStore } from '../../ports/document-store.js';
import { BEGINNING, type EventStore, type Position, type RecordedEvent } from '../../ports/event-store.js';
import { trailOf } from '../moments/trails.js';
import { eventsByKey, WHOLE } from '../page-fold.js';
import type { KnownReading } from './known-reading.js';

const AT_ONCE = 1_000;

/** Where the trails are kept, and how far they are; undefined where those of this program are not kept yet. */
export type FindTrails = () => { collection: string; written: Position } | undefined;

/**
 * Finds the events of documents: by their trails, and beyond those in the log itself, so that the answer is whole while
 * trails are behind.
 */
export class DocumentHistories {
  private beganAt: string | undefined;

  constructor(
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly trails: FindTrails,
    /** The keys and ids that an event was recorded for. */
    private readonly keysRecorded: (event: RecordedEvent) => string[],
  ) {}

  /** The events up to a position that touch each of the documents, in order, as they are to be read. @throws ViewFailed */
  async of(view: AnyView, keys: Iterable<string>, reading: KnownReading, until: Position): Promise<Map<string, RecordedEvent[]>> {
    const found = new Map([...keys].map((key) => [key, [] as RecordedEvent[]]));
    const types = view.eventTypes().map(({ name }) => name);
    const recordedFor = new Set([...found.keys()].flatMap((key) => [...reading.keysOf(key)]));
    for await (const events of this.recordedFor(recordedFor, until, types)) {
      for (const [key, sequence] of eventsByKey(view, reading.all(events), WHOLE)) found.get(key)?.push(...sequence);
    }
    for (const sequence of found.values()) sequence.sort(inOrder);
    return found;
  }

  /**
   * Every event up to a position that was recorded for one of these ids or keys; each once, in no order.
   * @param types only these.
   */
  async *recordedFor(keys: Iterable<string>, until: Position, types?: readonly string[]): AsyncIterable<readonly RecordedEvent[]> {
    const trails = this.trails();
    const written = trails ? Math.min(trails.written, until) : BEGINNING;
    const wanted = new Set(keys);
    if (trails && written > BEGINNING) {
      const trail = await trailOf(this.documents, trails.collection, wanted, await this.firstRecordedAt(), await this.lastRecordedAt());
      const positions = trail.positions.filter((position) => position <= written && !trail.ranges.some(([after, to]) => position > after && position <= to));
      for (let next = 0; next < positions.length; next += AT_ONCE) yield ofTypes(await this.events.readAt(positions.slice(next, next + AT_ONCE)), types);
      for (const [after, to] of trail.ranges) yield* this.inLog(wanted, after, Math.min(to, written), types);
    }
    yield* this.inLog(wanted, written, until, types);
  }

  /** The events as they were recorded, whatever they are read as. */
  async recordedAt(positions: readonly Position[]): Promise<RecordedEvent[]> {
    const found: RecordedEvent[] = [];
    for (let next = 0; next < positions.length; next += AT_ONCE) found.push(...(await this.events.readAt(positions.slice(next, next + AT_ONCE))));
    return found;
  }

  private async *inLog(keys: ReadonlySet<string>, after: Position, until: Position, types: readonly string[] | undefined): AsyncIterable<readonly RecordedEvent[]> {
    if (after >= until) return;
    for await (const { events } of this.events.readAll({ after, until, ...(types && { filter: { types } }) })) {
      yield events.filter((event) => this.keysRecorded(event).some((key) => keys.has(key)));
    }
  }

  private async firstRecordedAt(): Promise<string> {
    if (this.beganAt !== undefined) return this.beganAt;
    for await (const { events } of this.events.readAll({ pageSize: 1 })) if (events[0]) return (this.beganAt = events[0].recordedAt);
    throw new Error('The log has no event, though trails tell of some.');
  }

  private async lastRecordedAt(): Promise<string> {
    const [last] = await this.events.readAt([await this.events.head()]);
    return last!.recordedAt;
  }
}

const ofTypes = (events: readonly RecordedEvent[], types: readonly string[] | undefined) => (types ? events.filter(({ type }) => types.includes(type)) : events);

export const inOrder = (one: RecordedEvent, other: RecordedEvent): number => one.position - other.position;
