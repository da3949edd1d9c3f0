import type { Position } from '#event-sourcing';
import type { EventRow } from './stored-event.js';

const MAX_EVENTS = 4096;
const MAX_CHARACTERS = 8_388_608;

/** The events committed last, for subscribers that keep up: they do not read the file. */
export class RecentEvents {
  private rows: EventRow[] = [];
  private characters = 0;

  add(rows: readonly EventRow[]): void {
    for (const row of rows) {
      this.rows.push(row);
      this.characters += row.data.length + row.metadata.length;
    }
    if (this.rows.length > 2 * MAX_EVENTS || this.characters > 2 * MAX_CHARACTERS) this.forgetOldest();
  }

  clear(): void {
    this.rows = [];
    this.characters = 0;
  }

  /** The events from one position, exclusive, to another, inclusive; undefined when one of them is not kept. */
  between(after: Position, to: Position): readonly EventRow[] | undefined {
    const first = this.rows[0]?.position;
    if (first === undefined || after + 1 < first) return undefined;
    return this.rows.slice(after + 1 - first, to + 1 - first);
  }

  private forgetOldest(): void {
    let dropped = 0;
    while (this.rows.length - dropped > MAX_EVENTS || this.characters > MAX_CHARACTERS) {
      const { data, metadata } = this.rows[dropped++]!;
      this.characters -= data.length + metadata.length;
    }
    this.rows = this.rows.slice(dropped);
  }
}
