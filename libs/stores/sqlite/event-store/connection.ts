import type { Position, RecordedEvent } from '#event-sourcing';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { DamagedStore, explain, explaining } from '../faults.js';
import { openForReading, type Reading } from './files.js';
import { charactersOf, firstDamaged, packed, unpack, type Pack, type PackedPage, type Source } from './packed-events.js';

/** Characters of data and metadata after which a page ends, so that pages of large events stay small. */
const PAGE_CHARACTERS = 4_194_304;
const ROWS_IN_A_PART = 256;
const SMALLEST_PART = 16;

export interface EventsPage {
  events: RecordedEvent[];
  /** Position or revision up to which, or down to which, everything was looked at. */
  end: number;
}

/** Numbers that events are read by, positions or revisions: from one to another, inclusive. */
export interface Range {
  from: number;
  to: number;
  /** From a number down to a lower one. */
  isBackwards?: boolean;
  /** As many events as make a page, at the most. */
  limit: number;
  /** Each number has an event: where some are missing, there are no more. */
  isDense?: boolean;
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
   * Events of a source whose last conditions are the lowest and the highest number, after the parameters given. It is
   * read in parts, since the size of rows is not known beforehand.
   */
  packs(source: Source, parameters: readonly unknown[], { from, to, limit, isBackwards = false, isDense = false }: Range): PackedPage {
    const step = isBackwards ? -1 : 1;
    const page = emptyPage(source, isBackwards ? from + 1 : from - 1, isBackwards);
    for (let next = from; (to - next) * step >= 0 && page.rows < limit && page.characters < PAGE_CHARACTERS; next = page.end + step) {
      const count = Math.min(limit - page.rows, nextPart(page), Math.abs(to - next) + 1);
      const last = next + step * (count - 1);
      this.addPart(page, [...parameters, Math.min(next, last), Math.max(next, last)], last);
      if (isDense && page.packs.at(-1)![0] < count) return { ...page, end: to };
    }
    return page;
  }

  /** The events at positions, which go up or down, in this order: as many as make a page. @param sql of a source whose condition is a list of them. */
  packsAt(sql: string, positions: readonly Position[]): PackedPage {
    const page = emptyPage({ sql }, positions[0]!, positions[0]! > positions.at(-1)!);
    for (let next = 0; next < positions.length && page.characters < PAGE_CHARACTERS; ) {
      const part = positions.slice(next, (next += nextPart(page)));
      this.addPart(page, [JSON.stringify(part)], part.at(-1)!);
    }
    return page;
  }

  /** @throws DamagedStore the data of an event are not JSON. */
  unpacked(page: PackedPage): EventsPage {
    const { packs, end } = page;
    return { events: packs.length === 1 ? this.unpack(page, 0) : packs.flatMap((_, index) => this.unpack(page, index)), end };
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

  private addPart(page: PackedPage, parameters: unknown[], end: number): void {
    const pack = this.one(this.packedOf(page.source), ...parameters) as Pack;
    page.packs.push(pack);
    page.parameters.push(parameters);
    page.end = end;
    page.rows += pack[0];
    page.characters += charactersOf(pack);
  }

  private packedOf(source: Source): string {
    let made = this.packing.get(source.sql);
    if (made === undefined) this.packing.set(source.sql, (made = packed(source)));
    return made;
  }

  private unpack(page: PackedPage, index: number): RecordedEvent[] {
    const pack = page.packs[index]!;
    try {
      return unpack(pack, page);
    } catch (error) {
      const [position] = this.one(firstDamaged(page.source), ...page.parameters[index]!) as [number | null];
      const which = position === null ? `an event among ${pack[0]} that were read together` : `the event at position ${position}`;
      throw new DamagedStore(this.path, `${which} is not JSON`, { cause: error });
    }
  }
}

const emptyPage = (source: Source, from: number, isBackwards: boolean): PackedPage => ({ packs: [], source, parameters: [], end: from, isBackwards, rows: 0, characters: 0 });

/** How many rows to read next: few where those before were large. */
function nextPart({ rows, characters }: PackedPage): number {
  if (rows === 0) return ROWS_IN_A_PART;
  const fit = Math.floor((PAGE_CHARACTERS - characters) / (characters / rows));
  return Math.min(Math.max(fit, SMALLEST_PART), ROWS_IN_A_PART);
}
