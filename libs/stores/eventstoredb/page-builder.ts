import type { EventPage, Position, RecordedEvent } from '#event-sourcing';

/** A page that is not full is given after so long, that its reader sees how far a long search is. */
const DUE_AFTER_MS = 1_000;

/** How far the server has come: at an event that is wanted, at any other position, or at the end (`Infinity`). */
export interface Sign {
  position: Position;
  event?: RecordedEvent | undefined;
}

/** Gathers events into pages and keeps how far the log has been examined. */
export class PageBuilder {
  private events: RecordedEvent[] = [];
  private taken: Position;
  private takenAt = performance.now();

  constructor(
    public position: Position,
    private readonly size: number,
  ) {
    this.taken = position;
  }

  get hasMoved(): boolean {
    return this.position > this.taken;
  }

  get isDue(): boolean {
    return this.hasMoved && performance.now() - this.takenAt > DUE_AFTER_MS;
  }

  /** Takes in what the server said, as far as `end`; gives the pages that get full. */
  *fill(signs: readonly Sign[], end: Position): Generator<EventPage> {
    for (const { position, event } of signs) {
      if (event && position <= end) {
        if (this.events.length >= this.size) yield this.take(false);
        this.events.push(event);
      }
      this.moveTo(Math.min(position, end));
    }
  }

  moveTo(position: Position): void {
    this.position = Math.max(this.position, position);
  }

  take(caughtUp: boolean): EventPage {
    const { events, position } = this;
    this.events = [];
    this.taken = position;
    this.takenAt = performance.now();
    return { events, position, caughtUp };
  }
}
