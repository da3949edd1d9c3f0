import { LRUCache } from 'lru-cache';
import { BEGINNING, matches, NO_REVISION, type EventFilter, type EventPage, type Position, type RecordedEvent } from '#event-sourcing';
import { DamagedStore } from '../faults.js';
import { EventsReader, type LogPart } from './reader.js';
import { RecentEvents } from './recent-events.js';
import { StoredEvent, type EventRow } from './stored-event.js';
import { Tail } from './tail.js';

const CACHED_REVISIONS = 100_000;
const STREAM_PAGE = 1000;
const ENDLESS = Number.MAX_SAFE_INTEGER;
/** Events that one page of a filtered read looks at: some milliseconds of work. */
const EXAMINED_IN_A_PAGE = 16_384;

/** The log as far as it is committed and this process has been told so. */
export class CommittedLog {
  /** Position of the last event. */
  head: Position = BEGINNING;
  /** The store's time of the last event. */
  lastRecordedAt = '';
  private readonly reader: EventsReader;
  /** Events of a stream lie all over the file: mapped into memory it is read at about twice the speed. */
  private readonly streams: EventsReader;
  private readonly tail: Tail;
  private readonly revisions = new LRUCache<string, number>({ max: CACHED_REVISIONS });
  private readonly recent = new RecentEvents();
  private grown = signal();

  constructor(
    private readonly path: string,
    { index, segmentSize, mappedBytes }: { index: string; segmentSize: number; mappedBytes: number },
  ) {
    this.reader = new EventsReader(path);
    this.streams = new EventsReader(path, { index, mappedBytes });
    this.tail = new Tail(segmentSize);
    const last = this.reader.last();
    this.lastRecordedAt = last?.recordedAt ?? '';
    this.head = Math.min(this.streams.indexedTo(), last?.position ?? BEGINNING);
    this.catchUp();
  }

  /** Takes in what the file has and this process does not know: the tail when it opens, and after a failed commit. */
  catchUp(): void {
    const located = this.reader.locate(this.head);
    if (located.length === 0) return;
    for (const { stream, revision, position } of located) this.tail.add(stream, revision, position);
    for (const { stream } of located) this.revisions.delete(stream);
    this.recent.clear();
    this.headIsAt(located.at(-1)!);
  }

  committed(rows: readonly EventRow[], indexedTo: Position): void {
    for (const { stream, revision, position } of rows) {
      this.tail.add(stream, revision, position);
      this.revisions.set(stream, revision);
    }
    this.tail.dropUntil(indexedTo);
    this.recent.add(rows);
    this.headIsAt(rows.at(-1)!);
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
    for (const stream of unknown) this.revisions.set(stream, NO_REVISION);
    for (const [stream, revision] of this.streams.lastIndexedRevisions(unknown)) this.revisions.set(stream, revision ?? NO_REVISION);
  }

  /** Events of a stream from a revision on: as many as are wanted and make a page; none where there are no more. */
  forwards(stream: string, from: number, wanted: number): readonly RecordedEvent[] {
    const last = this.knownRevision(stream);
    if (last !== undefined && from > last) return [];
    const limit = Math.min(wanted, STREAM_PAGE);
    const inTail = this.tail.firstRevision(stream);
    if (inTail !== undefined && from >= inTail) return this.streams.byPosition(this.tail.positions(stream, from, from + limit - 1));

    const { events, cut } = this.streams.byRevision(stream, from, (inTail ?? ENDLESS) - 1, 'ASC', limit);
    this.checkWhole(stream, events, last === undefined && events.length === 0 ? undefined : from, 1);
    if (last === undefined && !cut) this.learnEnd(stream, from, events);
    return events;
  }

  /** Where a read came to the end of a stream, the next one need not look for it. */
  private learnEnd(stream: string, from: number, events: readonly RecordedEvent[]): void {
    const end = events.at(-1)?.revision ?? (from === 0 ? NO_REVISION : undefined);
    if (end !== undefined) this.revisions.set(stream, end);
  }

  /** The same from a revision back: the newest first. */
  backwards(stream: string, from: number, wanted: number): readonly RecordedEvent[] {
    const last = this.knownRevision(stream);
    const begin = Math.min(from, last ?? ENDLESS);
    const limit = Math.min(wanted, STREAM_PAGE);
    const inTail = this.tail.firstRevision(stream);
    if (inTail !== undefined && begin >= inTail) return this.streams.byPosition(this.tail.positions(stream, begin - limit + 1, begin).reverse());

    const { events } = this.streams.byRevision(stream, 0, begin, 'DESC', limit);
    this.checkWhole(stream, events, last === undefined ? events[0]?.revision : begin, -1);
    return events;
  }

  /** What matches after a position, up to another, inclusive, or up to the head: the first of it that makes a page. */
  page(after: Position, until: Position, filter: EventFilter | undefined, pageSize: number): EventPage {
    const examined = filter ? EXAMINED_IN_A_PAGE : pageSize;
    const to = Math.max(after, Math.min(until, this.head, after + examined));
    const recent = this.recent.between(after, to);
    const { events, cut } = recent ? matching(recent, filter, pageSize) : this.reader.log(after, to, filter, pageSize);
    const position = cut ? events.at(-1)!.position : to;
    return { events, position, caughtUp: position >= this.head };
  }

  /** Resolves when the log has grown, or {@link wake} was called. */
  growth(): Promise<void> {
    return this.grown.promise;
  }

  wake(): void {
    const { resolve } = this.grown;
    this.grown = signal();
    resolve();
  }

  close(): void {
    this.reader.close();
    this.streams.close();
    this.wake();
  }

  private headIsAt({ position, recordedAt }: { position: Position; recordedAt: string }): void {
    this.head = position;
    this.lastRecordedAt = recordedAt;
    this.wake();
  }

  private knownRevision(stream: string): number | undefined {
    return this.revisions.get(stream) ?? this.tail.lastRevision(stream);
  }

  /** @throws DamagedStore the events are not the consecutive ones from this revision on; undefined where none can be expected. */
  private checkWhole(stream: string, events: readonly StoredEvent[], begin: number | undefined, step: 1 | -1): void {
    if (begin === undefined || begin === NO_REVISION) return;
    const end = begin + step * (events.length - 1);
    if (events[0]?.revision === begin && events.at(-1)!.revision === end) return;
    throw new DamagedStore(this.path, `stream ${stream} lacks events at revision ${begin} or near it`);
  }
}

function matching(rows: readonly EventRow[], filter: EventFilter | undefined, limit: number): LogPart {
  const matched = filter ? rows.filter((row) => matches(filter, row)) : rows;
  return { events: matched.slice(0, limit).map((row) => new StoredEvent(row)), cut: matched.length > limit };
}

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
