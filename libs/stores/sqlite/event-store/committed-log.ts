import { BEGINNING, matches, type EventFilter, type EventPage, type Position } from '#event-sourcing';
import { ThreadCalls } from '../thread-calls.js';
import type { EventsPage } from './connection.js';
import { LogReader } from './log-reader.js';
import { RecentEvents } from './recent-events.js';
import { StoredEvent, type EventRow } from './stored-event.js';
import { Streams, type StreamsOptions } from './streams.js';

/** Events that one page of a filtered read looks at: some milliseconds of work. */
const EXAMINED_IN_A_PAGE = 16_384;

/** The log as far as it is committed and this process has been told so. */
export class CommittedLog {
  /** Position of the last event. */
  head: Position = BEGINNING;
  /** The store's time of the last event. */
  lastRecordedAt = '';
  readonly streams: Streams;
  private readonly log: LogReader;
  private readonly thread: ThreadCalls<LogReader>;
  private readonly recent: RecentEvents;
  private grown = signal();

  constructor(path: string, options: StreamsOptions & { recentEvents: number }) {
    this.log = new LogReader(path);
    this.thread = new ThreadCalls(new URL('./log-reader.worker.js', import.meta.url), path);
    this.recent = new RecentEvents(options.recentEvents);
    this.streams = new Streams(path, options, this.recent);
    this.lastRecordedAt = this.log.last()?.recordedAt ?? '';
    this.head = this.streams.indexedTo;
    this.catchUp();
  }

  /** Takes in what the file has and this process does not know: the tail when it opens, and after a failed commit. */
  catchUp(): void {
    const located = this.log.locate(this.head);
    if (located.length === 0) return;
    for (const { stream, revision, position } of located) this.streams.committed(stream, revision, position);
    this.recent.clear();
    this.headIsAt(located.at(-1)!);
  }

  /** Takes in what was committed while the index was filled up to a position. */
  committed(rows: readonly EventRow[], indexedTo: Position): void {
    for (const { stream, revision, position } of rows) this.streams.committed(stream, revision, position);
    this.recent.add(rows);
    this.headIsAt(rows.at(-1)!);
    this.streams.renew(this.head, indexedTo);
  }

  /** What matches after a position, up to another, inclusive, or up to the head: the first of it that makes a page. */
  page(after: Position, until: Position, filter: EventFilter | undefined, pageSize: number): EventPage {
    const to = this.endOfPage(after, until, filter, pageSize);
    const recent = this.recent.between(after, to);
    return this.pageOf(recent ? matching(recent, filter, pageSize, to) : this.log.events(after, to, filter, pageSize));
  }

  /** As {@link page}, read from the file by a thread of its own: most of the work is done while this one does other work. */
  async pageByThread(after: Position, until: Position, filter: EventFilter | undefined, pageSize: number): Promise<EventPage> {
    const to = this.endOfPage(after, until, filter, pageSize);
    return this.pageOf(this.log.unpacked(await this.thread.call('packs', after, to, filter, pageSize)));
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

  async close(): Promise<void> {
    this.wake();
    await this.thread.close();
    this.log.close();
    this.streams.close();
  }

  private endOfPage(after: Position, until: Position, filter: EventFilter | undefined, pageSize: number): Position {
    return Math.max(after, Math.min(until, this.head, after + (filter ? EXAMINED_IN_A_PAGE : pageSize)));
  }

  private pageOf({ events, end }: EventsPage): EventPage {
    return { events, position: end, caughtUp: end >= this.head };
  }

  private headIsAt({ position, recordedAt }: { position: Position; recordedAt: string }): void {
    this.head = position;
    this.lastRecordedAt = recordedAt;
    this.wake();
  }
}

function matching(rows: readonly EventRow[], filter: EventFilter | undefined, limit: number, to: Position): EventsPage {
  const matched = filter ? rows.filter((row) => matches(filter, row)) : rows;
  return { events: matched.slice(0, limit).map((row) => StoredEvent.of(row)), end: matched.length > limit ? matched[limit - 1]!.position : to };
}

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
