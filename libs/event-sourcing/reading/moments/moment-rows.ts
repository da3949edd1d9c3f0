import { LRUCache } from 'lru-cache';
import type { AnyView } from '../../modelling/view.js';
import { BEGINNING, type EventStore, type Position } from '../../ports/event-store.js';
import { InTurn } from '../../writing/in-turn.js';
import type { Readings } from '../interpreting/readings.js';
import { documentsIn } from '../folding-in-memory.js';
import { EarlyStretches } from './early-stretches.js';
import type { FewEvents } from './few-events.js';
import { rowsFrom, type RowsAt } from './moment-fold.js';
import type { ReplayProgress } from './moment-collections.js';
import { isWithin, type Moment } from './moment.js';
import type { DocumentsHeld, StoredDocument } from './rows-reader.js';

/** Documents that are kept in memory for later questions, of all views and moments together. */
const DOCUMENTS_AT_MOST = 200_000;

export interface RowSources {
  events: EventStore;
  readings: Readings;
}

/** What was folded, and for which question. */
class HeldRows implements DocumentsHeld {
  private inOrder: readonly StoredDocument[] | undefined;

  constructor(
    readonly at: RowsAt,
    /** Of the view, and how history was read for it. */
    readonly reading: string,
  ) {}

  get position(): Position {
    return this.at.position;
  }

  get documents(): readonly StoredDocument[] {
    return (this.inOrder ??= documentsIn(this.at.rows) as StoredDocument[]);
  }

  get(key: string): StoredDocument | undefined {
    const row = this.at.rows.get(key);
    return row && { _id: key, ...row };
  }
}

/**
 * Views as of moments, whole and in memory, for who looks at every row. What was folded for one moment is where a later one
 * goes on, as far as the log tells of things in the order in which they happened; what is too late for a moment is not read twice.
 */
export class MomentRows {
  private readonly inTurn = new InTurn();
  private readonly kept = new LRUCache<string, HeldRows>({ maxSize: DOCUMENTS_AT_MOST, sizeCalculation: ({ at }) => 1 + at.rows.size });
  private readonly stretches = new Map<string, EarlyStretches>();
  /** How history was read for what is kept. */
  private readTo: Position = BEGINNING;

  constructor(private readonly sources: RowSources, private readonly few: FewEvents) {}

  /** @throws ViewFailed an event that it needs cannot be folded without those that were later or unknown then. */
  async of(view: AnyView, moment: Moment, onProgress?: (progress: ReplayProgress) => void): Promise<DocumentsHeld & { position: Position }> {
    const { events, readings } = this.sources;
    const head = await events.head();
    await readings.upTo(head);
    this.dropOutdated();
    const readTo = this.readTo;
    const reading = `${view.name}/${view.options.version}/${readings.countingAt(moment).join()}`;
    const name = `${reading} ${JSON.stringify([moment.asOf, moment.knownAt])}`;
    const held = await this.inTurn.run(view.name, async () => {
      const same = this.kept.get(name);
      if (same?.position === head) return same;
      const before = same?.at ?? this.beganBefore(reading, moment);
      const at = await rowsFrom(before, { view, moment, head, reading: readings.within(moment), events, few: this.few, stretches: this.stretchesOf(view), onProgress });
      if (readTo < this.readTo) return undefined;
      const found = new HeldRows(at, reading);
      this.kept.set(name, found);
      return found;
    });
    // Events got another meaning meanwhile.
    return held ?? this.of(view, moment, onProgress);
  }

  /** Drops what was made before earlier events got another meaning: it may hold what nobody may read any more. */
  dropOutdated(): void {
    const { position } = this.sources.readings.now;
    if (position <= this.readTo) return;
    this.readTo = position;
    this.kept.clear();
    this.few.clear();
  }

  /** Of what was folded for other moments, and all of which counts at this one, that which is furthest. */
  private beganBefore(reading: string, moment: Moment): RowsAt | undefined {
    const begun = [...this.kept.values()].filter((held) => held.reading === reading && isWithin(moment, held.at.begun.latest)).map(({ at }) => at.begun);
    const furthest = begun.sort((one, other) => other.position - one.position)[0];
    return furthest && { ...furthest, begun: furthest };
  }

  private stretchesOf(view: AnyView): EarlyStretches {
    const types = view.eventTypes().map(({ name }) => name).sort().join();
    const known = this.stretches.get(types) ?? new EarlyStretches();
    this.stretches.set(types, known);
    return known;
  }
}
