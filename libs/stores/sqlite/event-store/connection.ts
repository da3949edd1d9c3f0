import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { Position } from '#event-sourcing';
import { DamagedStore, explain, explaining } from '../faults.js';
import { openForReading, type Reading } from './files.js';
import { StoredEvent } from './stored-event.js';

const UUID_LENGTH = 36;
const TIME_LENGTH = 24;
const RECORDED_AT = UUID_LENGTH + TIME_LENGTH;
const STREAM = RECORDED_AT + TIME_LENGTH;

/** Of table `e`. Each value that crosses into JavaScript costs more than joining texts; id and times have fixed lengths. */
export const COLUMNS = 'e.position, e.revision, e.schema_version, e.type, e.id || e.occurred_at || e.recorded_at || e.stream, e.data, e.metadata';
export type Columns = [position: Position, revision: number, schemaVersion: number, type: string, joined: string, data: string, metadata: string];

/** Characters of data and metadata after which a page ends, so that pages of large events stay small. */
const PAGE_CHARACTERS = 4_194_304;
const ROWS_IN_A_PART = 100;

export interface EventsPart {
  events: StoredEvent[];
  /** More may match: the page was full. */
  cut: boolean;
}

/** A connection for reading. Its errors say which file they are about and what to do. */
export class ReadConnection {
  private readonly database: DatabaseSyncInstance;
  private readonly statements = new Map<string, StatementSyncInstance>();

  constructor(
    readonly path: string,
    reading: Reading = {},
  ) {
    this.database = explaining(path, () => openForReading(path, reading));
  }

  get isInTransaction(): boolean {
    return this.database.isTransaction;
  }

  execute(sql: string): void {
    explaining(this.path, () => this.database.exec(sql));
  }

  one(sql: string, ...parameters: unknown[]): unknown {
    return this.query(sql, (statement) => statement.get(...parameters) as unknown);
  }

  all(sql: string, ...parameters: unknown[]): unknown[] {
    return this.query(sql, (statement) => statement.all(...parameters) as unknown[]);
  }

  /**
   * Events by a statement that gives {@link COLUMNS}, as many as are wanted and make a page. It is run in parts, since
   * the size of rows is not known beforehand; `parametersOf` gives the parameters of the next part.
   */
  events(sql: string, limit: number, parametersOf: (count: number, last: Columns | undefined) => unknown[]): EventsPart {
    const events: StoredEvent[] = [];
    let characters = 0;
    let last: Columns | undefined;
    while (events.length < limit && characters < PAGE_CHARACTERS) {
      const count = Math.min(limit - events.length, ROWS_IN_A_PART);
      const rows = this.all(sql, ...parametersOf(count, last)) as Columns[];
      for (const row of rows) {
        events.push(this.event(row));
        characters += row[5].length + row[6].length;
      }
      if (rows.length < count) return { events, cut: false };
      last = rows.at(-1);
    }
    return { events, cut: true };
  }

  close(): void {
    this.statements.clear();
    this.database.close();
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
