import type { Position } from '#event-sourcing';
import type { EventRow } from './stored-event.js';

const RECENT_CHARACTERS = 8_388_608;

/** The events committed last, as they were written: who keeps up does not read the file. */
export class RecentEvents {
  private rows: EventRow[] = [];
  private characters = 0;

  /** @param count so many are kept at least, unless they are large. */
  constructor(readonly count: number) {}

  add(rows: readonly EventRow[]): void {
    for (const row of rows) {
      this.rows.push(row);
      this.characters += row.data.length + row.metadata.length;
    }
    if (this.rows.length > 2 * this.count || this.characters > 2 * RECENT_CHARACTERS) this.forgetOldest();
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

  /** The events at these positions; undefined when one of them is not kept. */
  at(positions: readonly Position[]): readonly EventRow[] | undefined {
    const first = this.rows[0]?.position;
    if (first === undefined || positions.some((position) => position < first)) return undefined;
    return positions.flatMap((position) => this.rows[position - first] ?? []);
  }

  private forgetOldest(): void {
    let dropped = 0;
    while (this.rows.length - dropped > this.count || this.characters > RECENT_CHARACTERS) {
      const { data, metadata } = this.rows[dropped++]!;
      this.characters -= data.length + metadata.length;
    }
    this.rows = this.rows.slice(dropped);
  }
}
