import type { Meaning, MeantEvent, RecordedEvent } from '#event-sourcing';
import type { Source, TableRow, TimedRow } from '../model/table.js';
import { timedRows, type Stretch } from './timed-rows.js';

/** What decides on rows from a moment of business time on, until the next; the first from ever. */
export interface Era {
  from: string;
  parameters: unknown;
}

/** What is known of a key from a moment on, until the next. */
interface Segment {
  /** ISO 8601; empty: from ever. */
  from: string;
  state: object | undefined;
  /** For each era, once it was asked for. */
  rows?: readonly (readonly TableRow[])[] | undefined;
}

const EVER = '';

/**
 * The states of one key over business time: as of a moment it is the fold, in the order of the log, of the events that had
 * happened by then, as they are read then.
 */
export class Timeline {
  private readonly segments: Segment[] = [];
  private eras: readonly Era[] | undefined;

  constructor(
    private readonly source: Source,
    private readonly key: string,
  ) {}

  /** Nothing is known of the key at any moment. */
  get isEmpty(): boolean {
    return this.segments.every(({ state }) => state === undefined);
  }

  /** One more event. In the order of the log. */
  add({ event: { occurredAt }, meanings }: MeantEvent): void {
    for (const [index, meaning] of meanings.entries()) {
      const until = meanings[index + 1]?.from;
      const isOver = until !== undefined && until <= occurredAt;
      if (!isOver && meaning.event && this.source.fold.keysOf(meaning.event).includes(this.key)) this.spread(meaning.event, meaning, until);
    }
  }

  /** The rows of all moments. */
  rows(eras: readonly Era[]): TimedRow[] {
    if (this.eras !== eras) for (const segment of this.segments) segment.rows = undefined;
    this.eras = eras;
    return timedRows(this.source.tables, this.stretches(eras));
  }

  /** The event counts from when it happened on, as far as it has this meaning. */
  private spread(event: RecordedEvent, { from }: Meaning, until: string | undefined): void {
    const start = event.occurredAt > from ? event.occurredAt : from;
    if (until !== undefined) this.begin(until);
    if (from !== EVER) this.begin(from);
    if (this.isTurn(event)) this.begin(start);
    if (this.indexAt(start) < 0) this.begin(EVER);
    for (let index = this.indexAt(start); index < this.segments.length; index++) {
      const segment = this.segments[index]!;
      if (until !== undefined && segment.from >= until) return;
      const state = this.source.fold.fold(segment.state, event, this.key);
      if (state !== segment.state) this.segments[index] = { from: segment.from, state };
    }
  }

  private isTurn({ type }: RecordedEvent): boolean {
    const { turns } = this.source;
    return turns === 'all' || turns.includes(type);
  }

  /** A segment begins there; until something is said of it, it is as the one before. */
  private begin(from: string): void {
    const before = this.indexAt(from);
    if (this.segments[before]?.from !== from) this.segments.splice(before + 1, 0, { ...this.segments[before], state: this.segments[before]?.state, from });
  }

  /** Of the segment that holds at the time; -1: before the first. */
  private indexAt(time: string): number {
    let index = this.segments.length - 1;
    while (index >= 0 && this.segments[index]!.from > time) index -= 1;
    return index;
  }

  private stretches(eras: readonly Era[]): Stretch[] {
    return this.segments.flatMap((segment, index) => {
      const end = this.segments[index + 1]?.from;
      const { state } = segment;
      segment.rows ??= eras.map(({ parameters }) => (state === undefined ? [] : this.source.rows(state, this.key, parameters)));
      const rows = segment.rows;
      return eras.flatMap((era, which): Stretch[] => {
        const [from, until] = [era.from > segment.from ? era.from : segment.from, earlier(end, eras[which + 1]?.from)];
        return until !== undefined && until <= from ? [] : [{ from, until: until ?? null, rows: rows[which]! }];
      });
    });
  }
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
