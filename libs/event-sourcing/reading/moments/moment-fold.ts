import type { AnyView } from '../../modelling/view.js';
import { BEGINNING, type EventPage, type EventStore, type Position, type RecordedEvent } from '../../ports/event-store.js';
import { foldInto } from '../folding-in-memory.js';
import type { KnownReading } from '../interpreting/known-reading.js';
import { asStored } from './as-stored.js';
import type { EarlyStretches } from './early-stretches.js';
import type { ReplayProgress } from './moment-collections.js';
import type { FewEvents } from './few-events.js';
import { isWithin, type Moment } from './moment.js';

const PAGE_SIZE = 1_000;
/** Before every time of ISO 8601. */
const NEVER = '';

type Rows = ReadonlyMap<string, object>;

/** The fold of the whole log up to a position, whose latest times are these: where every later moment can go on from. */
export interface Begun {
  rows: Rows;
  position: Position;
  latest: { occurredAt: string; recordedAt: string };
}

/** The rows of a view as of a moment, as a store would give them. They are shared by all who ask: nobody may change them. */
export interface RowsAt {
  rows: Rows;
  /** The log up to here is in it. */
  position: Position;
  begun: Begun;
}

export interface Wanted {
  view: AnyView;
  moment: Moment;
  head: Position;
  reading: KnownReading;
  events: EventStore;
  few: FewEvents;
  stretches: EarlyStretches;
  onProgress: ((progress: ReplayProgress) => void) | undefined;
}

const NOTHING: Begun = { rows: new Map(), position: BEGINNING, latest: { occurredAt: NEVER, recordedAt: NEVER } };

/** Goes on from what was folded before, or from the beginning. @throws ViewFailed */
export async function rowsFrom(before: RowsAt | undefined, wanted: Wanted): Promise<RowsAt> {
  return new MomentFold(before ?? { ...NOTHING, begun: NOTHING }, wanted).result();
}

class MomentFold {
  private readonly rows: Map<string, object>;
  private readonly touched = new Set<string>();
  private position: Position;
  private begun: Begun;
  /** All that was looked at counts. */
  private isWhole: boolean;

  constructor(before: RowsAt, private readonly wanted: Wanted) {
    this.rows = new Map(before.rows);
    this.position = before.position;
    this.begun = before.begun;
    this.isWhole = before.begun.position === before.position;
  }

  async result(): Promise<RowsAt> {
    const { view, head, few, onProgress } = this.wanted;
    const known = await few.of(view, head);
    if (known) this.take({ events: known.filter(({ position }) => position > this.position), position: head, caughtUp: true });
    else await this.read();
    onProgress?.({ view: view.name, position: head, head });
    if (this.position < head) this.endWhole();
    this.settle();
    return { rows: this.rows, position: head, begun: this.isWhole ? { ...this.begun, rows: this.rows, position: head } : this.begun };
  }

  private async read(): Promise<void> {
    const { view, moment, head, events, stretches, onProgress } = this.wanted;
    const types = view.eventTypes().map(({ name }) => name);
    for (const { after, until } of stretches.between(this.position, head, moment)) {
      if (after > this.position) this.endWhole();
      this.position = after;
      for await (const page of events.readAll({ after, until, filter: { types }, pageSize: PAGE_SIZE })) {
        stretches.note(this.position, page);
        this.take(page);
        onProgress?.({ view: view.name, position: page.position, head });
      }
    }
  }

  private take({ events, position }: EventPage): void {
    const { moment, reading } = this.wanted;
    const counting = events.filter((event) => isWithin(moment, event));
    if (counting.length < events.length) this.endWhole();
    for (const event of reading.all(counting)) this.fold(event);
    if (this.isWhole) this.begun = { ...this.begun, latest: latestOf(this.begun.latest, events) };
    this.position = position;
  }

  private fold(event: RecordedEvent): void {
    for (const key of foldInto(this.wanted.view, this.rows, event)) this.touched.add(key);
  }

  /** What comes now does not all count: later moments go on from what was there before. */
  private endWhole(): void {
    if (!this.isWhole) return;
    this.isWhole = false;
    this.settle();
    this.begun = { ...this.begun, rows: new Map(this.rows), position: this.position };
  }

  private settle(): void {
    for (const key of this.touched) {
      const row = this.rows.get(key);
      if (row) this.rows.set(key, asStored(row));
    }
    this.touched.clear();
  }
}

function latestOf({ occurredAt, recordedAt }: Begun['latest'], events: readonly RecordedEvent[]): Begun['latest'] {
  const latest = { occurredAt, recordedAt };
  for (const event of events) {
    if (event.occurredAt > latest.occurredAt) latest.occurredAt = event.occurredAt;
    if (event.recordedAt > latest.recordedAt) latest.recordedAt = event.recordedAt;
  }
  return latest;
}
