import { LRUCache } from 'lru-cache';
import { BEGINNING, eventsByKey, WHOLE, type DocumentHistories, type KnownReading, type Position, type RecordedEvent, type Rereading } from '#event-sourcing';
import type { Mark, Source, TableRow } from '../model/table.js';
import { type Changes } from './changes.js';

/** Keys whose state stays in memory; others are folded anew from their events when an event touches them. */
const KEPT = 200_000;
const AT_ONCE = 2_000;
/** Events of one key on one page of which the rows are only told after the last one: each would tell its whole life again. */
const BUSY = 20;

interface Kept {
  state: object;
  rows: readonly TableRow[];
}

const NOTHING: readonly TableRow[] = [];

/** Turns the events of one source into changes of rows. */
export class SourceLoader {
  private readonly kept: LRUCache<string, Kept>;
  private parameters: unknown;
  /** Whether a key that is not kept is known to have no row: all were made here. */
  private knowsAll: boolean;

  constructor(
    readonly source: Source,
    private readonly histories: DocumentHistories,
    position: Position,
    /** From when on rows of a key hold, where they do not hold from ever. */
    private readonly earliest: Map<string, string>,
  ) {
    this.knowsAll = position === BEGINNING;
    this.kept = new LRUCache({ max: KEPT, dispose: (_value, _key, why) => void (why === 'evict' && (this.knowsAll = false)) });
  }

  /** Names of the events that it reacts to. */
  get types(): string[] {
    return this.source.fold.eventTypes().map(({ name }) => name);
  }

  /** Events in a row, none of which changes what others mean, as they are to be read. */
  async take(events: readonly RecordedEvent[], reading: KnownReading, after: Position, changes: Changes): Promise<void> {
    const byKey = eventsByKey(this.source.fold, events, WHOLE);
    await this.recall(byKey.keys(), reading, after);
    for (const [key, own] of byKey) {
      for (const step of this.stepsOf(own)) {
        const before = this.kept.get(key);
        const state = step.reduce<object | undefined>((known, event) => this.source.fold.fold(known, event, key), before?.state);
        const mark = this.markOf(step.at(-1)!, key);
        const size = changes.size;
        this.become(key, before, state, mark, changes);
        if (this.takesBack(step[0]!) && changes.size > size) this.earliest.set(key, mark.effectiveAt!);
      }
    }
  }

  /** Events that are told together. */
  private stepsOf(events: readonly RecordedEvent[]): RecordedEvent[][] {
    const steps: RecordedEvent[][] = [];
    const together = this.source.timed !== undefined && events.length > BUSY;
    for (const event of events) {
      const last = steps.at(-1);
      if (together && last && !this.takesBack(event) && !this.takesBack(last[0]!)) last.push(event);
      else steps.push([event]);
    }
    return steps;
  }

  private takesBack({ type }: RecordedEvent): boolean {
    return this.source.timed?.takenBackBy.includes(type) ?? false;
  }

  /** An event that changes what others mean: the keys that it touches are folded anew. */
  async reread(rereading: Rereading, cause: RecordedEvent, before: { reading: KnownReading; position: Position }, effectiveAt: string | null, changes: Changes): Promise<void> {
    const own = rereading.reading.read(cause);
    const keys = new Set([...(await rereading.keysOf(this.source.fold, WHOLE)), ...(own ? this.source.fold.keysOf(own) : [])]);
    const mark: Mark = { position: cause.position, recordedAt: cause.recordedAt, effectiveAt };
    for (const some of chunksOf([...keys], AT_ONCE)) {
      await this.recall(some, before.reading, before.position);
      for (const [key, events] of await rereading.histories(this.source.fold, some)) {
        const former = this.kept.get(key);
        const size = changes.size;
        this.become(key, former, this.folded(key, events), mark, changes);
        if (effectiveAt !== null && changes.size > size) this.earliest.set(key, effectiveAt);
      }
    }
  }

  /** The policies are others now. @param keys all that have rows, besides those that are kept. */
  async govern(parameters: unknown, cause: RecordedEvent | undefined, keys: readonly string[], reading: KnownReading, changes: Changes): Promise<void> {
    const before = this.parameters;
    this.parameters = parameters;
    if (!cause) return;
    const all = new Set([...keys, ...this.kept.keys()]);
    for (const some of chunksOf([...all], AT_ONCE)) {
      this.parameters = before;
      await this.recall(some, reading, cause.position);
      this.parameters = parameters;
      for (const key of some) {
        const former = this.kept.get(key);
        if (former) this.become(key, former, former.state, this.markOf(cause, key), changes);
      }
    }
  }

  private become(key: string, former: Kept | undefined, state: object | undefined, mark: Mark, changes: Changes): void {
    const rows = state === undefined ? NOTHING : this.source.rows(state, key, this.parameters);
    changes.step(key, former?.rows ?? NOTHING, rows, mark);
    if (state === undefined) this.kept.delete(key);
    else this.kept.set(key, { state, rows });
  }

  private markOf(event: RecordedEvent, key: string): Mark {
    const { position, recordedAt } = event;
    return { position, recordedAt, effectiveAt: this.effectOf(event, key) };
  }

  private effectOf(event: RecordedEvent, key: string): string | null {
    if (!this.source.timed) return event.occurredAt;
    const earliest = this.earliest.get(key) ?? null;
    if (!this.takesBack(event)) return earliest;
    return earliest !== null && earliest > event.occurredAt ? earliest : event.occurredAt;
  }

  /** Sees to it that the keys are kept as they were at the position. */
  private async recall(keys: Iterable<string>, reading: KnownReading, position: Position): Promise<void> {
    if (this.knowsAll) return;
    const missing = [...keys].filter((key) => !this.kept.has(key));
    if (missing.length === 0) return;
    for (const [key, events] of await this.histories.of(this.source.fold, missing, reading, position)) {
      const state = this.folded(key, events);
      if (state !== undefined) this.kept.set(key, { state, rows: this.source.rows(state, key, this.parameters) });
    }
  }

  private folded(key: string, events: readonly RecordedEvent[]): object | undefined {
    return events.reduce<object | undefined>((state, event) => this.source.fold.fold(state, event, key), undefined);
  }
}

function chunksOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
}
