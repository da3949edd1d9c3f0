import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { DamagedStore, explain, explaining } from '../faults.js';
import { openForReading, type Reading } from './files.js';
import { firstDamaged, packed, unpack, type Pack } from './packed-events.js';
import type { StoredEvent } from './stored-event.js';

/** Characters of data and metadata after which a page ends, so that pages of large events stay small. */
const PAGE_CHARACTERS = 4_194_304;
const ROWS_IN_A_PART = 256;
const SMALLEST_PART = 16;

export interface EventsPart {
  events: StoredEvent[];
  /** More may match: the page was full. */
  cut: boolean;
}

/** A connection for reading. Its errors say which file they are about and what to do. */
export class ReadConnection {
  private readonly database: DatabaseSyncInstance;
  private readonly statements = new Map<string, StatementSyncInstance>();
  private readonly packs = new Map<string, string>();

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
   * Events by a statement that selects the columns of packed events, as many as are wanted and make a page. It is run in
   * parts, since the size of rows is not known beforehand; `parametersOf` gives the parameters of the next part.
   */
  events(sql: string, limit: number, parametersOf: (count: number, last: StoredEvent | undefined) => unknown[]): EventsPart {
    const events: StoredEvent[] = [];
    let characters = 0;
    while (events.length < limit && characters < PAGE_CHARACTERS) {
      const count = Math.min(limit - events.length, partAfter(events.length, characters));
      const parameters = parametersOf(count, events.at(-1));
      const pack = this.one(this.packedOf(sql), ...parameters) as Pack;
      for (const event of this.unpacked(pack, sql, parameters)) events.push(event);
      if (pack[0] < count) return { events, cut: false };
      characters += pack[1]!.length + pack[2]!.length;
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

  private packedOf(sql: string): string {
    let made = this.packs.get(sql);
    if (made === undefined) this.packs.set(sql, (made = packed(sql)));
    return made;
  }

  private unpacked(pack: Pack, sql: string, parameters: unknown[]): StoredEvent[] {
    try {
      return unpack(pack);
    } catch (error) {
      const [position] = (this.one(firstDamaged(sql), ...parameters) as [number] | undefined) ?? [];
      const which = position === undefined ? `an event among ${pack[0]} that were read together` : `the event at position ${position}`;
      throw new DamagedStore(this.path, `${which} is not JSON`, { cause: error });
    }
  }
}

/** Few rows where those before were large. */
function partAfter(rows: number, characters: number): number {
  if (rows === 0) return ROWS_IN_A_PART;
  const fit = Math.floor((PAGE_CHARACTERS - characters) / (characters / rows));
  return Math.min(Math.max(fit, SMALLEST_PART), ROWS_IN_A_PART);
}
