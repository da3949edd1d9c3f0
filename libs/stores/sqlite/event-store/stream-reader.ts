import { BEGINNING, type Position } from '#event-sourcing';
import { ReadConnection, type EventsPage } from './connection.js';
import { MappedFiles } from './mapped-files.js';

const STREAM = 'SELECT id FROM stream_index.streams WHERE name = ?';
const BY_REVISION = 'stream_index.stream_events i CROSS JOIN events e ON e.position = i.position WHERE i.stream = ? AND i.revision BETWEEN ? AND ?';
const BY_POSITION = 'json_each(?) wanted CROSS JOIN events e ON e.position = wanted.value WHERE true';
const LAST_REVISIONS = `SELECT s.name, (SELECT max(i.revision) FROM stream_index.stream_events i WHERE i.stream = s.id)
  FROM json_each(?) wanted CROSS JOIN stream_index.streams s ON s.name = wanted.value`;

/**
 * Reads events by their streams. SQLite drops what a connection has cached with every commit of another; so one moment
 * of the files is held for many reads: events do not change, and those newer than that moment are still in memory.
 */
export class StreamReader {
  /** Position of the last event at the moment that is held. */
  head: Position = BEGINNING;
  /** Every event up to here was in the index at that moment. */
  indexedTo: Position = BEGINNING;
  private readonly connection: ReadConnection;
  private readonly files: MappedFiles;

  /** @param mappedBytes events of a stream lie all over the file: mapped into memory it is read at about twice the speed. */
  constructor(path: string, index: string, mappedBytes: number) {
    this.connection = new ReadConnection(path, { index, mappedBytes });
    this.files = new MappedFiles(mappedBytes > 0 ? [path, index] : []);
  }

  get isHolding(): boolean {
    return this.connection.isInTransaction;
  }

  /** Holds the present moment. */
  hold(): void {
    this.release();
    this.files.check();
    this.connection.execute('BEGIN');
    // The index first: what it has, the log has.
    [this.indexedTo] = this.connection.one('SELECT indexed_to FROM stream_index.state') as [Position];
    [this.head] = this.connection.one('SELECT coalesce(max(position), 0) FROM events') as [Position];
  }

  /** A moment that is held keeps the write-ahead log from being emptied. */
  release(): void {
    if (this.isHolding) this.connection.execute('ROLLBACK');
  }

  /** The revisions of the last indexed events of streams; streams without any are left out. */
  lastIndexedRevisions(streams: readonly string[]): [stream: string, revision: number | null][] {
    this.files.check();
    return this.connection.all(LAST_REVISIONS, JSON.stringify(streams)) as [string, number | null][];
  }

  /** Indexed events of a stream from one revision to another, both inclusive; as many as make a page. */
  byRevision(stream: string, from: number, to: number, limit: number, isBackwards = false): EventsPage {
    this.files.check();
    // Most streams that are asked for and not known are new: to find out costs a tenth of the whole statement.
    const [id] = this.connection.one(STREAM, stream) as [number] | undefined ?? [];
    if (id === undefined) return { events: [], end: to };
    const page = this.connection.packs({ sql: BY_REVISION, stream }, [id], { from, to, limit, isBackwards, isDense: true });
    return this.connection.unpacked(page);
  }

  /** The events at these positions, which go up or down, in this order: as many as make a page. */
  byPosition(positions: readonly Position[]): EventsPage {
    this.files.check();
    return this.connection.unpacked(this.connection.packsAt(BY_POSITION, positions));
  }

  close(): void {
    this.release();
    this.connection.close();
  }
}
