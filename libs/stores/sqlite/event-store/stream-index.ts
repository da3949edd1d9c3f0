import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { boundedCache } from '../../../event-sourcing/bounded-cache.js';

const CACHED_IDS = 100_000;
/** With more complete segments than these the index is filled although there is something else to do. */
const LARGEST_BACKLOG = 3;

/** Last position of the segment of the log that a position lies in. */
export function endOfSegment(position: number, segmentSize: number): number {
  return Math.ceil(position / segmentSize) * segmentSize;
}

export interface LoggedEvent {
  stream: string;
  revision: number;
  position: number;
  id: string;
}

interface Entry {
  stream: number;
  revision: number;
  position: number;
}

interface Segment {
  end: number;
  events: LoggedEvent[];
  /** Of the events as far as their streams are identified; sorted once all are. */
  entries: Entry[];
  /** So many of the entries are in the index. */
  written: number;
}

/**
 * Fills the index from streams to positions, behind the log. To write each entry with its event would touch a page for
 * each stream; so the entries of a whole segment of the log are sorted, and neighbours share pages. What is not indexed
 * yet is the tail, which readers keep in memory. The work can be done in parts of any size. Where the transaction of a
 * part fails, this object knows more than the file and must be loaded anew.
 */
export class StreamIndexer {
  /** Every event up to here is in the index. */
  indexedTo: number;
  private streams: number;
  private current: Segment;
  /** Complete segments, the oldest first. */
  private readonly complete: Segment[] = [];
  private readonly ids = boundedCache<string, number>(CACHED_IDS);
  private readonly findStream: StatementSyncInstance;
  private readonly addStream: StatementSyncInstance;
  private readonly addEntry: StatementSyncInstance;
  private readonly setStreams: StatementSyncInstance;
  private readonly setIndexedTo: StatementSyncInstance;

  /** Reads the tail, and indexes what is more than a tail may be. */
  constructor(
    events: DatabaseSyncInstance,
    private readonly index: DatabaseSyncInstance,
    private readonly segmentSize: number,
  ) {
    const state = index.prepare('SELECT indexed_to, streams FROM state').get() as { indexed_to: number; streams: number };
    this.indexedTo = state.indexed_to;
    this.streams = state.streams;
    this.current = segmentUpTo(endOfSegment(this.indexedTo + 1, segmentSize));
    this.findStream = index.prepare('SELECT id FROM streams WHERE name = ?');
    this.addStream = index.prepare('INSERT INTO streams VALUES (?, ?)');
    // After a restart in the middle of a segment some of its entries are there.
    this.addEntry = index.prepare('INSERT OR IGNORE INTO stream_events VALUES (?, ?, ?)');
    this.setStreams = index.prepare('UPDATE state SET streams = ?');
    this.setIndexedTo = index.prepare('UPDATE state SET indexed_to = ?, event_id = ?');
    this.addAll(events);
  }

  /** A complete segment is there that is not indexed. */
  get hasWork(): boolean {
    return this.complete.length > 0;
  }

  /** The tail is longer than it should be. */
  get isLate(): boolean {
    return this.complete.length > LARGEST_BACKLOG;
  }

  /** Takes note of an event that is committed. */
  add(event: LoggedEvent): void {
    this.current.events.push(event);
    if (event.position < this.current.end) return;
    this.complete.push(this.current);
    this.current = segmentUpTo(event.position + this.segmentSize);
  }

  /** Does so many steps of what is due, in one transaction. */
  work(steps: number): void {
    this.index.exec('BEGIN IMMEDIATE');
    for (let left = steps; left > 0 && this.complete.length > 0; ) {
      const segment = this.complete[0]!;
      left -= segment.entries.length < segment.events.length ? this.identify(segment, left) : this.write(segment, left);
    }
    this.index.exec('COMMIT');
  }

  private addAll(events: DatabaseSyncInstance): void {
    const next = events.prepare('SELECT stream, revision, position, id FROM events WHERE position > ? ORDER BY position LIMIT ?');
    let position = this.indexedTo;
    for (;;) {
      const page = next.all(position, this.segmentSize) as LoggedEvent[];
      for (const event of page) this.add(event);
      while (this.isLate) this.work(Infinity);
      if (page.length < this.segmentSize) return;
      position = page.at(-1)!.position;
    }
  }

  private identify({ events, entries }: Segment, steps: number): number {
    const known = this.streams;
    const part = events.slice(entries.length, entries.length + steps);
    for (const { stream, revision, position } of part) entries.push({ stream: this.idOf(stream), revision, position });
    if (this.streams > known) this.setStreams.run(this.streams);
    if (entries.length === events.length) entries.sort((a, b) => a.stream - b.stream || a.revision - b.revision);
    return part.length;
  }

  private write(segment: Segment, steps: number): number {
    const part = segment.entries.slice(segment.written, segment.written + steps);
    for (const { stream, revision, position } of part) this.addEntry.run(stream, revision, position);
    segment.written += part.length;
    if (segment.written === segment.entries.length) {
      this.indexedTo = segment.end;
      this.setIndexedTo.run(segment.end, segment.events.at(-1)!.id);
      this.complete.shift();
    }
    return part.length;
  }

  private idOf(stream: string): number {
    const known = this.ids.get(stream) ?? (this.findStream.get(stream) as { id: number } | undefined)?.id;
    const id = known ?? ++this.streams;
    if (known === undefined) this.addStream.run(stream, id);
    this.ids.set(stream, id);
    return id;
  }
}

function segmentUpTo(end: number): Segment {
  return { end, events: [], entries: [], written: 0 };
}
