import { statSync } from 'node:fs';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { EventFilter, Position } from '#event-sourcing';
import { openForReading } from './files.js';
import { DamagedStore, explain, explaining } from '../faults.js';
import { StoredEvent } from './stored-event.js';

const UUID_LENGTH = 36;
const TIME_LENGTH = 24;
const RECORDED_AT = UUID_LENGTH + TIME_LENGTH;
const STREAM = RECORDED_AT + TIME_LENGTH;

/** Each value that crosses into JavaScript costs more than joining texts; id and times have fixed lengths. */
const COLUMNS = 'e.position, e.revision, e.schema_version, e.type, e.id || e.occurred_at || e.recorded_at || e.stream, e.data, e.metadata';
type Columns = [position: Position, revision: number, schemaVersion: number, type: string, joined: string, data: string, metadata: string];

/** Characters of data and metadata after which a page ends, so that pages of large events stay small. */
const PAGE_CHARACTERS = 4_194_304;
const ROWS_IN_A_PART = 100;

const BY_REVISION = `SELECT ${COLUMNS} FROM stream_index.streams s
  CROSS JOIN stream_index.stream_events i ON i.stream = s.id
  CROSS JOIN events e ON e.position = i.position
  WHERE s.name = ? AND i.revision BETWEEN ? AND ?`;
const LAST_REVISIONS = `SELECT s.name, (SELECT max(i.revision) FROM stream_index.stream_events i WHERE i.stream = s.id)
  FROM json_each(?) wanted CROSS JOIN stream_index.streams s ON s.name = wanted.value`;
const BY_POSITION = `SELECT ${COLUMNS} FROM json_each(?) wanted CROSS JOIN events e ON e.position = wanted.value`;
const CATEGORY = `CASE instr(e.stream, '-') WHEN 0 THEN e.stream ELSE substr(e.stream, 1, instr(e.stream, '-') - 1) END`;

export interface LogPart {
  events: StoredEvent[];
  /** More may match: the page was full. */
  cut: boolean;
}

export interface LocatedEvent {
  position: Position;
  stream: string;
  revision: number;
  recordedAt: string;
}

/** The connection for reading. Every statement ends before its method returns, so that none holds back a checkpoint. */
export class EventsReader {
  private readonly database: DatabaseSyncInstance;
  private readonly statements = new Map<string, StatementSyncInstance>();
  private fileSize = 0;

  /**
   * @param options.index the index of streams, for reading streams.
   * @param options.mappedBytes so much of each file is mapped into memory.
   */
  constructor(
    private readonly path: string,
    private readonly options: { index?: string; mappedBytes?: number } = {},
  ) {
    this.database = explaining(path, () => openForReading(path, options));
  }

  indexedTo(): Position {
    return (this.one('SELECT indexed_to FROM stream_index.state') as [Position])[0];
  }

  /** Where the events after a position lie. */
  locate(after: Position): LocatedEvent[] {
    const sql = 'SELECT position, stream, revision, recorded_at FROM events WHERE position > ? ORDER BY position';
    const rows = this.query(sql, (statement) => statement.all(after) as [Position, string, number, string][]);
    return rows.map(([position, stream, revision, recordedAt]) => ({ position, stream, revision, recordedAt }));
  }

  /** The last event of the log. */
  last(): LocatedEvent | undefined {
    const [position] = this.one('SELECT max(position) FROM events') as [Position | null];
    return position === null ? undefined : this.locate(position - 1)[0];
  }

  /** The revisions of the last indexed events of streams; streams without any are left out. */
  lastIndexedRevisions(streams: readonly string[]): [stream: string, revision: number | null][] {
    return this.query(LAST_REVISIONS, (statement) => statement.all(JSON.stringify(streams)) as [string, number | null][]);
  }

  /** Indexed events of a stream between two revisions, both inclusive, from one end; as many as make a page. */
  byRevision(stream: string, from: number, to: number, direction: 'ASC' | 'DESC', limit: number): LogPart {
    const sql = `${BY_REVISION} ORDER BY i.revision ${direction} LIMIT ?`;
    return this.page(sql, limit, (count, last) => {
      const range = direction === 'ASC' ? [last ? last[1] + 1 : from, to] : [from, last ? last[1] - 1 : to];
      return [stream, ...range, count];
    });
  }

  /** The events at these positions; as many as make a page. */
  byPosition(positions: readonly Position[]): StoredEvent[] {
    let taken = 0;
    return this.page(BY_POSITION, positions.length, (count) => [JSON.stringify(positions.slice(taken, (taken += count)))]).events;
  }

  /** Events of the log from one position, exclusive, to another, inclusive; as many as make a page. */
  log(after: Position, to: Position, filter: EventFilter | undefined, limit: number): LogPart {
    const { types, categories } = filter ?? {};
    const lists = [types, categories].filter((list) => list !== undefined).map((list) => JSON.stringify(list));
    const sql = `SELECT ${COLUMNS} FROM events e WHERE e.position > ? AND e.position <= ?
      ${types ? 'AND e.type IN (SELECT value FROM json_each(?))' : ''}
      ${categories ? `AND ${CATEGORY} IN (SELECT value FROM json_each(?))` : ''} ORDER BY e.position LIMIT ?`;
    return this.page(sql, limit, (count, last) => [last ? last[0] : after, to, ...lists, count]);
  }

  close(): void {
    this.statements.clear();
    this.database.close();
  }

  private one(sql: string, ...parameters: unknown[]): unknown {
    return this.query(sql, (statement) => statement.get(...parameters) as unknown);
  }

  /** Reads in parts, since the size of rows is not known beforehand. `parametersOf` gives those of the next part. */
  private page(sql: string, limit: number, parametersOf: (count: number, last: Columns | undefined) => unknown[]): LogPart {
    if (this.options.mappedBytes) this.checkNotCut();
    const events: StoredEvent[] = [];
    let characters = 0;
    let last: Columns | undefined;
    while (events.length < limit && characters < PAGE_CHARACTERS) {
      const count = Math.min(limit - events.length, ROWS_IN_A_PART);
      const rows = this.query(sql, (statement) => statement.all(...parametersOf(count, last)) as Columns[]);
      for (const row of rows) {
        events.push(this.event(row));
        characters += row[5].length + row[6].length;
      }
      if (rows.length < count) return { events, cut: false };
      last = rows.at(-1);
    }
    return { events, cut: true };
  }

  /** To touch what is mapped and no longer in the file would end the process. */
  private checkNotCut(): void {
    const { size } = statSync(this.path);
    if (size < this.fileSize) throw new DamagedStore(this.path, `it was cut off while it was open, from ${this.fileSize} to ${size} bytes`);
    this.fileSize = size;
  }

  private query<T>(sql: string, work: (statement: StatementSyncInstance) => T): T {
    try {
      let statement = this.statements.get(sql);
      if (!statement) {
        statement = this.database.prepare(sql, { returnArrays: true });
        this.statements.set(sql, statement);
      }
      return work(statement);
    } catch (error) {
      // A statement that failed once would fail again.
      this.statements.delete(sql);
      throw explain(error, this.path);
    }
  }

  private event([position, revision, schemaVersion, type, joined, data, metadata]: Columns): StoredEvent {
    const id = joined.slice(0, UUID_LENGTH);
    const occurredAt = joined.slice(UUID_LENGTH, RECORDED_AT);
    const recordedAt = joined.slice(RECORDED_AT, STREAM);
    const stream = joined.slice(STREAM);
    try {
      return new StoredEvent({ position, revision, schemaVersion, type, id, occurredAt, recordedAt, stream, data, metadata });
    } catch (error) {
      throw new DamagedStore(this.path, `the event at position ${position} is not JSON`, { cause: error });
    }
  }
}
