import { LRUCache } from 'lru-cache';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';

const CACHED_IDS = 100_000;

/** Last position of the segment of the log that a position lies in. */
export function endOfSegment(position: number, segmentSize: number): number {
  return Math.ceil(position / segmentSize) * segmentSize;
}

interface Entry {
  stream: number;
  revision: number;
  position: number;
}

interface Segment {
  end: number;
  events: { stream: string; revision: number; position: number }[];
  /** Of the events as far as their streams are identified; sorted once all are. */
  entries: Entry[];
  /** So many of the entries are in the index. */
  written: number;
}

/**
 * Fills the index from streams to positions, behind the log. To write each entry with its event would touch a page for
 * each stream in a commit; so the entries of a whole segment of the log are sorted, and neighbours share pages. What is
 * not indexed yet is the tail, which readers keep in memory. The work can be done in parts of any size. Where the
 * transaction of a part fails, this object knows more than the file and must be loaded anew.
 */
export class StreamIndexer {
  private current: Segment;
  /** Complete segments, the oldest first. */
  private readonly complete: Segment[] = [];
  private readonly ids = new LRUCache<string, number>({ max: CACHED_IDS });
  private readonly findStream: StatementSyncInstance;
  private readonly addStream: StatementSyncInstance;
  private readonly addEntry: StatementSyncInstance;
  private readonly setState: StatementSyncInstance;

  private constructor(
    database: DatabaseSyncInstance,
    private readonly segmentSize: number,
    /** Every event up to here is in the index. */
    public indexedTo: number,
    private streams: number,
  ) {
    this.current = { end: endOfSegment(indexedTo + 1, segmentSize), events: [], entries: [], written: 0 };
    this.findStream = database.prepare('SELECT id FROM streams WHERE name = ?');
    this.addStream = database.prepare('INSERT INTO streams VALUES (?, ?)');
    // After a restart in the middle of a segment some of its entries are there.
    this.addEntry = database.prepare('INSERT OR IGNORE INTO stream_events VALUES (?, ?, ?)');
    this.setState = database.prepare('UPDATE stream_index_state SET indexed_to = ?, streams = ?');
  }

  static load(database: DatabaseSyncInstance, segmentSize: number): StreamIndexer {
    const state = database.prepare('SELECT indexed_to, streams FROM stream_index_state').get() as { indexed_to: number; streams: number };
    const indexer = new StreamIndexer(database, segmentSize, state.indexed_to, state.streams);
    const tail = database.prepare('SELECT stream, revision, position FROM events WHERE position > ? ORDER BY position');
    for (const event of tail.all(state.indexed_to) as Segment['events']) indexer.add(event.stream, event.revision, event.position);
    return indexer;
  }

  /** Complete segments that are not indexed. */
  get backlog(): number {
    return this.complete.length;
  }

  /** Takes note of an event that is committed. */
  add(stream: string, revision: number, position: number): void {
    this.current.events.push({ stream, revision, position });
    if (position < this.current.end) return;
    this.complete.push(this.current);
    this.current = { end: position + this.segmentSize, events: [], entries: [], written: 0 };
  }

  /** Does so many steps of what is due, inside the caller's transaction. */
  work(steps: number): void {
    for (let left = steps; left > 0 && this.complete.length > 0; ) {
      const segment = this.complete[0]!;
      left -= segment.entries.length < segment.events.length ? this.identify(segment, left) : this.write(segment, left);
    }
  }

  private identify({ events, entries }: Segment, steps: number): number {
    const known = this.streams;
    const part = events.slice(entries.length, entries.length + steps);
    for (const { stream, revision, position } of part) entries.push({ stream: this.idOf(stream), revision, position });
    if (this.streams > known) this.setState.run(this.indexedTo, this.streams);
    if (entries.length === events.length) entries.sort((a, b) => a.stream - b.stream || a.revision - b.revision);
    return part.length;
  }

  private write(segment: Segment, steps: number): number {
    const part = segment.entries.slice(segment.written, segment.written + steps);
    for (const { stream, revision, position } of part) this.addEntry.run(stream, revision, position);
    segment.written += part.length;
    if (segment.written === segment.entries.length) {
      this.indexedTo = segment.end;
      this.setState.run(this.indexedTo, this.streams);
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
