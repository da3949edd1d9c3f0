import { boundedCache, NO_REVISION, type Position, type RecordedEvent } from '#event-sourcing';
import { DamagedStore } from '../faults.js';
import type { EventsPage } from './connection.js';
import type { RecentEvents } from './recent-events.js';
import { StoredEvent } from './stored-event.js';
import { StreamReader } from './stream-reader.js';
import { Tail } from './tail.js';

const CACHED_REVISIONS = 100_000;
/** Small, so that little is alive when memory is collected while a long stream is read. */
const STREAM_PAGE = 256;
const ENDLESS = Number.MAX_SAFE_INTEGER;

export interface StreamsOptions {
  index: string;
  segmentSize: number;
  mappedBytes: number;
}

/** The committed events by their streams: the index has the older ones, the tail knows where the newer ones lie. */
export class Streams {
  private readonly reader: StreamReader;
  private readonly tail: Tail;
  private readonly revisions = boundedCache<string, number>(CACHED_REVISIONS);

  /** @param recent events that are newer than the moment that the reader holds. */
  constructor(
    private readonly path: string,
    { index, segmentSize, mappedBytes }: StreamsOptions,
    private readonly recent: RecentEvents,
  ) {
    this.reader = new StreamReader(path, index, mappedBytes);
    this.tail = new Tail(segmentSize);
    this.reader.hold();
  }

  get indexedTo(): Position {
    return this.reader.indexedTo;
  }

  committed(stream: string, revision: number, position: Position): void {
    this.tail.add(stream, revision, position);
    this.revisions.set(stream, revision);
  }

  /** Lets go of the moment that is held, once it is so old that its events and those in memory would leave a gap. */
  renew(head: Position, indexedTo: Position): void {
    if (head - this.reader.head <= this.recent.count) return;
    this.reader.release();
    this.tail.dropUntil(indexedTo);
  }

  /** The stream's revision; {@link NO_REVISION} when it has no event. */
  revisionOf(stream: string): number {
    const known = this.knownRevision(stream);
    if (known !== undefined) return known;
    this.learnRevisions([stream]);
    return this.knownRevision(stream)!;
  }

  /** Looks up the revisions of all these streams at once, which costs less than one by one. */
  learnRevisions(streams: readonly string[]): void {
    const unknown = streams.filter((stream) => this.knownRevision(stream) === undefined);
    if (unknown.length === 0) return;
    this.holdMoment();
    const found = this.reader.lastIndexedRevisions(unknown);
    for (const stream of unknown) this.revisions.set(stream, NO_REVISION);
    for (const [stream, revision] of found) this.revisions.set(stream, revision ?? NO_REVISION);
  }

  /** Events of a stream from a revision on: as many as are wanted and make a page; none where there are no more. */
  forwards(stream: string, from: number, wanted: number): readonly RecordedEvent[] {
    const last = this.knownRevision(stream);
    if (last !== undefined && from > last) return [];
    this.holdMoment();
    const limit = Math.min(wanted, STREAM_PAGE);
    const inTail = this.tailBegins(stream, last);
    if (from >= inTail) return this.eventsAt(this.tail.positions(stream, from, from + limit - 1));

    const part = this.reader.byRevision(stream, from, inTail - 1, limit);
    if (last === undefined) this.learnFrom(stream, from, part, part.end === inTail - 1);
    else this.checkWhole(stream, part.events, from, 1);
    return part.events;
  }

  /** The same from a revision back: the newest first. */
  backwards(stream: string, from: number, wanted: number): readonly RecordedEvent[] {
    const last = this.revisionOf(stream);
    const begin = Math.min(from, last);
    if (begin === NO_REVISION) return [];
    this.holdMoment();
    const limit = Math.min(wanted, STREAM_PAGE);
    const inTail = this.tailBegins(stream, last);
    if (begin >= inTail) return this.eventsAt(this.tail.positions(stream, begin - limit + 1, begin).reverse());

    const { events } = this.reader.byRevision(stream, begin, 0, limit, true);
    this.checkWhole(stream, events, begin, -1);
    return events;
  }

  /** The events at these positions, in the order given. */
  at(positions: readonly Position[]): readonly RecordedEvent[] {
    const found = new Map<Position, RecordedEvent>();
    for (let left = [...new Set(positions)].sort((one, other) => one - other); left.length > 0; ) {
      this.holdMoment();
      const part = left.slice(0, STREAM_PAGE);
      const older = part.filter((position) => position <= this.reader.head);
      const { events, end } = older.length > 0 ? this.reader.byPosition(older) : this.newerAt(part);
      for (const event of events) found.set(event.position, event);
      left = left.slice(left.indexOf(end) + 1);
    }
    return positions.flatMap((position) => found.get(position) ?? []);
  }

  private newerAt(positions: readonly Position[]): EventsPage {
    const recent = this.recent.at(positions);
    if (recent) return { events: recent.map((row) => StoredEvent.of(row)), end: positions.at(-1)! };
    this.reader.hold();
    return this.reader.byPosition(positions);
  }

  close(): void {
    this.reader.close();
  }

  private knownRevision(stream: string): number | undefined {
    return this.revisions.get(stream) ?? this.tail.lastRevision(stream);
  }

  /** Of a stream that is in the tail the last revision is known. */
  private tailBegins(stream: string, last: number | undefined): number {
    return last === undefined ? ENDLESS : (this.tail.firstRevision(stream) ?? ENDLESS);
  }

  /** A stream that is not in the tail was read to its end, unless the page was full before. */
  private learnFrom(stream: string, from: number, { events }: EventsPage, isAll: boolean): void {
    if (events.length > 0) this.checkWhole(stream, events, from, 1);
    const last = events.at(-1)?.revision ?? (from === 0 ? NO_REVISION : undefined);
    if (isAll && last !== undefined) this.revisions.set(stream, last);
  }

  private holdMoment(): void {
    if (this.reader.isHolding) return;
    this.reader.hold();
    this.tail.dropUntil(this.reader.indexedTo);
  }

  /** The first of the events at these positions: from the file or, where they are newer than its held moment, from memory. */
  private eventsAt(positions: readonly Position[]): RecordedEvent[] {
    const inFile = positions[0]! <= this.reader.head;
    const end = positions.findIndex((position) => position <= this.reader.head !== inFile);
    const first = end < 0 ? positions : positions.slice(0, end);
    const recent = inFile ? undefined : this.recent.at(first);
    if (recent) return recent.map((row) => StoredEvent.of(row));
    if (!inFile) this.reader.hold();
    return this.reader.byPosition(first).events;
  }

  /** @throws DamagedStore the events are not the consecutive ones from this revision on. */
  private checkWhole(stream: string, events: readonly RecordedEvent[], begin: number, step: 1 | -1): void {
    const end = begin + step * (events.length - 1);
    if (events[0]?.revision === begin && events.at(-1)!.revision === end) return;
    throw new DamagedStore(this.path, `stream ${stream} lacks events at revision ${begin} or near it`);
  }
}
