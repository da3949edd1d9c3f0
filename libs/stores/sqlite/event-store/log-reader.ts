import type { EventFilter, Position } from '#event-sourcing';
import { ReadConnection, type EventsPage } from './connection.js';
import type { PackedPage } from './packed-events.js';

const CATEGORY = `CASE instr(e.stream, '-') WHEN 0 THEN e.stream ELSE substr(e.stream, 1, instr(e.stream, '-') - 1) END`;

export interface LocatedEvent {
  position: Position;
  stream: string;
  revision: number;
  recordedAt: string;
}

/** Reads the log in its order. No statement stays open, so that none holds back a checkpoint. */
export class LogReader {
  private readonly connection: ReadConnection;

  constructor(path: string) {
    this.connection = new ReadConnection(path);
  }

  /** Where the events after a position lie. */
  locate(after: Position): LocatedEvent[] {
    const rows = this.connection.all('SELECT position, stream, revision, recorded_at FROM events WHERE position > ? ORDER BY position', after);
    return (rows as [Position, string, number, string][]).map(([position, stream, revision, recordedAt]) => ({ position, stream, revision, recordedAt }));
  }

  last(): LocatedEvent | undefined {
    const [position] = this.connection.one('SELECT max(position) FROM events') as [Position | null];
    return position === null ? undefined : this.locate(position - 1)[0];
  }

  /** Events that match from one position, exclusive, to another, inclusive; as many as make a page. */
  events(after: Position, to: Position, filter: EventFilter | undefined, limit: number): EventsPage {
    return this.unpacked(this.packs(after, to, filter, limit));
  }

  /** As {@link events}, for whoever unpacks them. */
  packs(after: Position, to: Position, filter: EventFilter | undefined, limit: number): PackedPage {
    const { types, categories } = filter ?? {};
    const lists = [types, categories].filter((list) => list !== undefined).map((list) => JSON.stringify(list));
    const sql = `events e WHERE ${types ? 'e.type IN (SELECT value FROM json_each(?)) AND' : ''}
      ${categories ? `${CATEGORY} IN (SELECT value FROM json_each(?)) AND` : ''} e.position BETWEEN ? AND ?`;
    return this.connection.packs({ sql }, lists, { from: after + 1, to, limit });
  }

  /** @throws DamagedStore */
  unpacked(page: PackedPage): EventsPage {
    return this.connection.unpacked(page);
  }

  close(): void {
    this.connection.close();
  }
}
