import type { EventFilter, EventPage, EventStore, Position } from '../ports/event-store.js';

/** Pages that are kept for those who come a little later: partitions of one view need about the same time for a page. */
const KEPT_PAGES = 8;
/** Readings that are held open for one filter; more are begun where somebody is far behind. */
const OPEN_READINGS = 4;

type Reading = AsyncIterator<EventPage, unknown>;

interface Shared {
  users: number;
  /** By the position that they begin after, the oldest first. */
  pages: Map<Position, Promise<EventPage>>;
  /** By the position that they have come to. */
  readings: Map<Position, Reading>;
}

/** Reads the log for several at the same time: what they want of it at about the same moment is read, and parsed, once. */
export class SharedHistory {
  private readonly byFilter = new Map<string, Shared>();

  constructor(
    private readonly events: Pick<EventStore, 'readAll'>,
    private readonly pageSize: number,
  ) {}

  /** From after a position to the end of the log as it is then. */
  async *read(after: Position, filter: EventFilter): AsyncGenerator<EventPage> {
    const key = JSON.stringify(filter);
    const shared: Shared = this.byFilter.get(key) ?? { users: 0, pages: new Map(), readings: new Map() };
    this.byFilter.set(key, shared);
    shared.users++;
    try {
      for (let page: EventPage | undefined; !page?.caughtUp; ) {
        page = await this.page(shared, page?.position ?? after, filter);
        yield page;
      }
    } finally {
      if (--shared.users === 0) {
        this.byFilter.delete(key);
        for (const reading of shared.readings.values()) await ended(reading);
      }
    }
  }

  private page(shared: Shared, after: Position, filter: EventFilter): Promise<EventPage> {
    const known = shared.pages.get(after);
    if (known) return known;
    const page = this.next(shared, after, filter);
    shared.pages.set(after, page);
    for (const oldest of shared.pages.keys()) if (shared.pages.size > KEPT_PAGES) shared.pages.delete(oldest);
    page.then(
      // The end of the log is another one the next time.
      ({ caughtUp }) => caughtUp && shared.pages.delete(after),
      () => shared.pages.delete(after),
    );
    return page;
  }

  private async next(shared: Shared, after: Position, filter: EventFilter): Promise<EventPage> {
    const reading = shared.readings.get(after) ?? this.events.readAll({ after, filter, pageSize: this.pageSize })[Symbol.asyncIterator]();
    shared.readings.delete(after);
    const next = await reading.next();
    if (next.done) throw new Error(`A reading of the log after ${after} ended without a page that says so.`);
    const page = next.value;
    if (page.caughtUp || shared.users === 0) await ended(reading);
    else await this.keep(shared, page.position, reading);
    return page;
  }

  private async keep({ readings }: Shared, position: Position, reading: Reading): Promise<void> {
    const same = readings.get(position);
    readings.set(position, reading);
    if (same) await ended(same);
    const [oldest] = readings.keys();
    if (readings.size <= OPEN_READINGS || oldest === undefined) return;
    const left = readings.get(oldest)!;
    readings.delete(oldest);
    await ended(left);
  }
}

async function ended(reading: Reading): Promise<void> {
  await reading.return?.();
}
