import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { DamagedStore, explain, explaining } from '../faults.js';
import { openForReading, type Reading } from './files.js';
import { FIRST_DAMAGED, packed, unpack, type Pack, type PackedPage } from './packed-events.js';
import type { StoredEvent } from './stored-event.js';

/** Characters of data and metadata after which a page ends, so that pages of large events stay small. */
const PAGE_CHARACTERS = 4_194_304;
const ROWS_IN_A_PART = 256;
const SMALLEST_PART = 16;

export interface EventsPage {
  events: StoredEvent[];
  /** More may match: the page was full. */
  cut: boolean;
}

/** A connection for reading. Its errors say which file they are about and what to do. */
export class ReadConnection {
  private readonly database: DatabaseSyncInstance;
  private readonly statements = new Map<string, StatementSyncInstance>();
  private readonly packing = new Map<string, string>();

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
  packs(sql: string, limit: number, parametersOf: (count: number, before: Pack | undefined) => unknown[]): PackedPage {
    const packs: Pack[] = [];
    let rows = 0;
    let characters = 0;
    while (rows < limit && characters < PAGE_CHARACTERS) {
      const count = Math.min(limit - rows, partAfter(rows, characters));
      const pack = this.one(this.packedOf(sql), ...parametersOf(count, packs.at(-1))) as Pack;
      packs.push(pack);
      if (pack[0] < count) return { packs, cut: false };
      rows += count;
      characters += pack[1]!.length + pack[2]!.length;
    }
    return { packs, cut: true };
  }

  /** @throws DamagedStore the data of an event are not JSON. */
  unpacked({ packs, cut }: PackedPage): EventsPage {
    return { events: packs.length === 1 ? this.unpack(packs[0]!) : packs.flatMap((pack) => this.unpack(pack)), cut };
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
    let made = this.packing.get(sql);
    if (made === undefined) this.packing.set(sql, (made = packed(sql)));
    return made;
  }

  private unpack(pack: Pack): StoredEvent[] {
    try {
      return unpack(pack);
    } catch (error) {
      const [count, , , firstPosition, lastPosition] = pack;
      const [position] = (this.one(FIRST_DAMAGED, firstPosition, lastPosition) as [number] | undefined) ?? [];
      const which = position === undefined ? `an event among ${count} that were read together` : `the event at position ${position}`;
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
