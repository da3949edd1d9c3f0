import type { EventFilter, EventPage, Position } from '#event-sourcing';
import type { CommittedLog } from './committed-log.js';

/** So many events, and a thread is worth its while. */
const MANY = 10_000;

/** The pages of one reader, one after the other. Where many events are left, the next page is read while one is looked at. */
export class ReadingAhead {
  private next: Promise<EventPage> | undefined;

  constructor(
    private readonly log: CommittedLog,
    private readonly until: Position,
    private readonly filter: EventFilter | undefined,
    private readonly pageSize: number,
  ) {}

  /** @param after where the page before ended. */
  async page(after: Position): Promise<EventPage> {
    const page = this.next ? await this.next : this.log.page(after, this.until, this.filter, this.pageSize);
    this.next = Math.min(this.until, this.log.head) - page.position > MANY ? this.ahead(page.position) : undefined;
    return page;
  }

  private ahead(after: Position): Promise<EventPage> {
    const page = this.log.pageByThread(after, this.until, this.filter, this.pageSize);
    // Whoever stops reading does not ask for it; whoever goes on gets its error.
    page.catch(() => undefined);
    return page;
  }
}
