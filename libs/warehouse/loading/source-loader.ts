import { LRUCache } from 'lru-cache';
import { BEGINNING, ViewFailed, WHOLE, type DocumentHistories, type MeantEvent, type Meanings, type Position, type RecordedEvent, type Rereading } from '#event-sourcing';
import type { Mark, Source, TimedRow } from '../model/table.js';
import { type Changes } from './changes.js';
import { Timeline, type Era } from './timeline.js';

/** Keys whose states stay in memory; others are folded anew from their events when an event touches them. */
const KEPT = 200_000;
const AT_ONCE = 2_000;
/** Events of one key on one page of which the rows are only told after the last one: each would tell its whole life again. */
const BUSY = 20;

interface Kept {
  timeline: Timeline;
  rows: readonly TimedRow[];
}

const NOTHING: readonly TimedRow[] = [];

/** Turns the events of one source into changes of rows. */
export class SourceLoader {
  private readonly kept: LRUCache<string, Kept>;
  private eras: readonly Era[] = [{ from: '', parameters: undefined }];
  /** Whether a key that is not kept is known to have no row: all were made here. */
  private knowsAll: boolean;

  constructor(
    readonly source: Source,
    private readonly histories: DocumentHistories,
    private readonly meanings: Meanings,
    position: Position,
  ) {
    this.knowsAll = position === BEGINNING;
    this.kept = new LRUCache({ max: KEPT, dispose: (_value, _key, why) => void (why === 'evict' && (this.knowsAll = false)) });
  }

  /** Names of the events that it reacts to. */
  get types(): string[] {
    return this.source.fold.eventTypes().map(({ name }) => name);
  }

  /** Events in a row, none of which changes what others mean. @param after where the log was before them. */
  async take(events: readonly MeantEvent[], after: Position, changes: Changes): Promise<void> {
    const byKey = this.byKey(events);
    await this.recall([...byKey.keys()], after);
    for (const [key, own] of byKey) {
      for (const step of this.stepsOf(own)) {
        const { timeline, rows } = this.kept.get(key) ?? { timeline: new Timeline(this.source, key), rows: NOTHING };
        for (const event of step) timeline.add(event);
        this.become(key, timeline, rows, step.at(-1)!.event, changes);
      }
    }
  }

  /** The keys that may have other rows because of an event that changes what others mean; they are kept as they were before. */
  async concernedBy(cause: RecordedEvent, rereading: Rereading, before: Position): Promise<string[]> {
    const own = rereading.reading.read(cause);
    const touched = [...(await rereading.keysOf(this.source.fold, WHOLE)), ...(own ? this.source.fold.keysOf(own) : [])];
    const keys = [...new Set([...touched, ...this.meanings.idsWith(touched, cause)])];
    for (const some of chunksOf(keys, AT_ONCE)) await this.recall(some, before);
    return keys;
  }

  /** The rows of these keys as their events are to be read now. */
  async reread(keys: readonly string[], cause: RecordedEvent, changes: Changes): Promise<void> {
    for (const some of chunksOf(keys, AT_ONCE)) {
      for (const [key, timeline] of await this.timelinesOf(some, cause.position)) this.become(key, timeline, this.kept.get(key)?.rows ?? NOTHING, cause, changes);
    }
  }

  /** The policies are others now. @param keys all that have rows, besides those that are kept. */
  async govern(eras: readonly Era[], cause: RecordedEvent, keys: readonly string[], changes: Changes): Promise<void> {
    const before = this.eras;
    const all = new Set([...keys, ...this.kept.keys()]);
    for (const some of chunksOf([...all], AT_ONCE)) {
      this.eras = before;
      await this.recall(some, cause.position);
      this.eras = eras;
      for (const key of some) {
        const kept = this.kept.get(key);
        if (kept) this.become(key, kept.timeline, kept.rows, cause, changes);
      }
    }
    this.eras = eras;
  }

  /** What governs the rows that are there. */
  governedFrom(eras: readonly Era[]): void {
    this.eras = eras;
  }

  private byKey(events: readonly MeantEvent[]): Map<string, MeantEvent[]> {
    const byKey = new Map<string, MeantEvent[]>();
    for (const event of events) {
      for (const key of this.keysOf(event)) {
        const list = byKey.get(key);
        if (list) list.push(event);
        else byKey.set(key, [event]);
      }
    }
    return byKey;
  }

  /** At any moment. */
  private keysOf({ event, meanings }: MeantEvent): Iterable<string> {
    const keysOf = (read: RecordedEvent | undefined) => (read ? this.source.fold.keysOf(read) : []);
    try {
      return meanings.length === 1 ? keysOf(meanings[0]!.event) : new Set(meanings.flatMap((meaning) => keysOf(meaning.event)));
    } catch (error) {
      throw new ViewFailed(this.source.fold.name, event, error);
    }
  }

  /** Events that are told together. */
  private stepsOf(events: readonly MeantEvent[]): MeantEvent[][] {
    const { turns } = this.source;
    if (turns === 'all' || events.length <= BUSY) return events.map((event) => [event]);
    const steps: MeantEvent[][] = [];
    const isTurn = ({ event: { type } }: MeantEvent) => turns.includes(type);
    for (const event of events) {
      const last = steps.at(-1);
      if (last && !isTurn(event) && !isTurn(last[0]!)) last.push(event);
      else steps.push([event]);
    }
    return steps;
  }

  private become(key: string, timeline: Timeline, former: readonly TimedRow[], { position, recordedAt }: RecordedEvent, changes: Changes): void {
    const rows = timeline.rows(this.eras);
    const mark: Mark = { position, recordedAt };
    changes.step(key, former, rows, mark);
    if (timeline.isEmpty) this.kept.delete(key);
    else this.kept.set(key, { timeline, rows });
  }

  /** Sees to it that the keys are kept as they were at the position. */
  private async recall(keys: readonly string[], position: Position): Promise<void> {
    if (this.knowsAll) return;
    const missing = keys.filter((key) => !this.kept.has(key));
    if (missing.length === 0) return;
    for (const [key, timeline] of await this.timelinesOf(missing, position)) {
      if (!timeline.isEmpty) this.kept.set(key, { timeline, rows: timeline.rows(this.eras) });
    }
  }

  /** From all events of each key up to a position. */
  private async timelinesOf(keys: readonly string[], until: Position): Promise<Map<string, Timeline>> {
    const timelines = new Map(keys.map((key) => [key, new Timeline(this.source, key)]));
    const events: RecordedEvent[] = [];
    for await (const some of this.histories.recordedFor(this.meanings.idsWith(keys), until, this.types)) events.push(...some);
    events.sort((one, other) => one.position - other.position);
    for (const event of events) {
      const meant = { event, meanings: this.meanings.of(event) };
      for (const key of this.keysOf(meant)) timelines.get(key)?.add(meant);
    }
    return timelines;
  }
}

function chunksOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
}
