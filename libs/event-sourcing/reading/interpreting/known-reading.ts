import type { Reading } from '../../modelling/interpretation.js';
import type { EventPage, Position, RecordedEvent } from '../../ports/event-store.js';

/** How events are to be read, knowing those that change the meaning of others up to a position. */
export class KnownReading {
  private readonly pages = new WeakMap<readonly RecordedEvent[], readonly RecordedEvent[]>();

  constructor(
    /** Of the last event that changes the meaning of others. */
    readonly position: Position,
    private readonly readings: readonly Reading[],
  ) {}

  /** The same, and what it makes of events read in another way, too. */
  with(reading: Reading): KnownReading {
    return new KnownReading(this.position, [...this.readings, reading]);
  }

  read(event: RecordedEvent): RecordedEvent | undefined {
    let read: RecordedEvent | undefined = event;
    for (const reading of this.readings) read = read && reading.read(read);
    return read;
  }

  /** Each view reads the same page: it is done once. */
  page(page: EventPage): EventPage {
    if (this.readings.length === 0) return page;
    const { events } = page;
    let read = this.pages.get(events);
    if (!read) {
      read = this.all(events);
      this.pages.set(events, read);
    }
    return { ...page, events: read };
  }

  all(events: readonly RecordedEvent[]): RecordedEvent[] {
    if (this.readings.length === 0) return [...events];
    return events.flatMap((event) => this.read(event) ?? []);
  }

  /** All ids whose events are read as those of this one. */
  sameAs(id: string): Set<string> {
    return this.readings.reduce((ids, reading) => new Set([...ids].flatMap((each) => [each, ...(reading.sameAs?.(each) ?? [])])), new Set([id]));
  }

  /** Under which keys the events of a document may have been recorded. */
  keysOf(key: string): Set<string> {
    const parts = key.split('/').map((part) => [...this.sameAs(part)]);
    const joined = parts.reduce((heads, tails) => heads.flatMap((head) => tails.map((tail) => `${head}/${tail}`)));
    return new Set([...this.sameAs(key), ...joined]);
  }
}
