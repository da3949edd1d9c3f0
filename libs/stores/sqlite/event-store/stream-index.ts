import { hash } from 'node:crypto';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';

/** Part of the file format. Streams may share a hash: whoever looks up compares the stream name of the event found. */
export function streamHash(stream: string, digits: number): number {
  return Number.parseInt(hash('sha256', stream, 'hex').slice(0, digits), 16);
}

/** Last position of the segment of the log that a position lies in. */
export function endOfSegment(position: number, segmentSize: number): number {
  return Math.ceil(position / segmentSize) * segmentSize;
}

interface Entry {
  hash: number;
  revision: number;
  position: number;
}

interface SortedSegment {
  end: number;
  entries: Entry[];
  /** So many of them are in the index. */
  written: number;
}

/**
 * Fills the index from stream to positions, behind the log: a segment of the log is complete first, then its entries
 * are sorted and written a slice with each commit. Writing each entry with its event would touch a page for each
 * stream in a commit; sorted, neighbours share pages. What is not indexed yet is the tail, which readers keep in memory.
 */
export class StreamIndexer {
  private segment: Entry[] = [];
  private segmentEnd: number;
  /** Complete segments, sorted, the oldest first. */
  private readonly sorted: SortedSegment[] = [];
  private readonly insert: StatementSyncInstance;
  private readonly setIndexedTo: StatementSyncInstance;

  private constructor(
    database: DatabaseSyncInstance,
    private readonly segmentSize: number,
    private readonly hashDigits: number,
    /** Every event up to here is in the index. */
    public indexedTo: number,
  ) {
    this.segmentEnd = endOfSegment(indexedTo + 1, segmentSize);
    // A slice may be written again after a restart in the middle of a segment.
    this.insert = database.prepare('INSERT OR IGNORE INTO stream_index VALUES (?, ?, ?)');
    this.setIndexedTo = database.prepare('UPDATE stream_index_state SET indexed_to = ?');
  }

  static load(database: DatabaseSyncInstance, segmentSize: number): StreamIndexer {
    const state = database.prepare('SELECT indexed_to, hash_digits FROM stream_index_state').get() as { indexed_to: number; hash_digits: number };
    const indexer = new StreamIndexer(database, segmentSize, state.hash_digits, state.indexed_to);
    const tail = database.prepare('SELECT stream, revision, position FROM events WHERE position > ? ORDER BY position');
    for (const event of tail.iterate(state.indexed_to) as Iterable<{ stream: string; revision: number; position: number }>) {
      indexer.add(event.stream, event.revision, event.position);
    }
    return indexer;
  }

  /** Takes note of an event that is committed. */
  add(stream: string, revision: number, position: number): void {
    this.segment.push({ hash: streamHash(stream, this.hashDigits), revision, position });
    if (position < this.segmentEnd) return;
    this.segment.sort((a, b) => a.hash - b.hash || a.revision - b.revision);
    this.sorted.push({ end: position, entries: this.segment, written: 0 });
    this.segment = [];
    this.segmentEnd = position + this.segmentSize;
  }

  /**
   * Writes up to `count` entries inside the caller's transaction.
   * @returns what to call once it is committed.
   */
  writeSlice(count: number): () => void {
    let left = count;
    const written = new Map<SortedSegment, number>();
    for (const segment of this.sorted) {
      const until = Math.min(segment.written + left, segment.entries.length);
      for (const entry of segment.entries.slice(segment.written, until)) this.insert.run(entry.hash, entry.revision, entry.position);
      left -= until - segment.written;
      written.set(segment, until);
      if (until < segment.entries.length) break;
      this.setIndexedTo.run(segment.end);
    }
    return () => {
      for (const [segment, until] of written) {
        segment.written = until;
        if (until < segment.entries.length) return;
        this.indexedTo = segment.end;
        this.sorted.shift();
      }
    };
  }
}
