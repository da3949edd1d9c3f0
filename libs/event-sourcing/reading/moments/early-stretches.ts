import { BEGINNING, type EventPage, type Position } from '../../ports/event-store.js';
import { isWithin, type Moment } from './moment.js';

/** A piece of the log, from after one position up to another, and the earliest times in it. */
interface Stretch {
  after: Position;
  until: Position;
  occurredAt: string;
  recordedAt: string;
}

/** After every time of ISO 8601. */
const NEVER = '~';

/** Remembers how early the events of each page were, so that those that are all too late for a moment are not read again. */
export class EarlyStretches {
  private readonly known: Stretch[] = [];

  /** @param after where the page before ended. Only what follows on what is known is remembered. */
  note(after: Position, { events, position }: EventPage): void {
    if (after !== this.end || position === after) return;
    const stretch: Stretch = { after, until: position, occurredAt: NEVER, recordedAt: NEVER };
    for (const { occurredAt, recordedAt } of events) {
      if (occurredAt < stretch.occurredAt) stretch.occurredAt = occurredAt;
      if (recordedAt < stretch.recordedAt) stretch.recordedAt = recordedAt;
    }
    this.known.push(stretch);
  }

  /** What has to be read between two positions to have every event that counts at the moment, neighbours as one. */
  between(after: Position, until: Position, moment: Moment): { after: Position; until: Position }[] {
    const early = this.known.filter((stretch) => isWithin(moment, stretch));
    const found: { after: Position; until: Position }[] = [];
    for (const stretch of [...early, { after: this.end, until: Infinity }]) {
      const piece = { after: Math.max(stretch.after, after), until: Math.min(stretch.until, until) };
      if (piece.after >= piece.until) continue;
      if (found.at(-1)?.until === piece.after) found.at(-1)!.until = piece.until;
      else found.push(piece);
    }
    return found;
  }

  private get end(): Position {
    return this.known.at(-1)?.until ?? BEGINNING;
  }
}
