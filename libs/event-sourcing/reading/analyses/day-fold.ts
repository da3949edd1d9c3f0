import type { AnyView } from '../../modelling/view.js';
import { BEGINNING, type EventStore, type Position, type RecordedEvent } from '../../ports/event-store.js';
import type { KnownReading } from '../interpreting/known-reading.js';
import type { Readings } from '../interpreting/readings.js';
import type { ReplayProgress } from '../moments/moment-collections.js';
import { isWithin, type Moment } from '../moments/moment.js';
import { asStored } from '../moments/as-stored.js';
import type { StoredDocument } from '../moments/rows-reader.js';
import { foldDocument, ViewFailed, type Row } from '../page-fold.js';

const AT_ONCE = 1_000;

export interface DayFoldSources {
  events: EventStore;
  readings: Readings;
  /** The end of the log for this series. */
  head: Position;
  /** Told how far history has been entered. */
  onProgress?: ((progress: ReplayProgress) => void) | undefined;
}

/** Events in the order in which they begin to count: by moment, then as they stand in the log. */
interface Entries {
  moments: number[];
  positions: Position[];
}

/**
 * A view at each of many moments, each a little later than the one before: history is folded once. A document is folded
 * from its beginning again only where an event begins to count that stands in the log before others that did already.
 */
export class DayFold {
  private readonly rows = new Map<string, Row>();
  /** Where in the log the events of each document are that count by now. */
  private readonly trails = new Map<string, Position[]>();
  private readonly documents = new Map<string, StoredDocument>();
  private sorted: StoredDocument[] | undefined;
  private entries: Entries | undefined;
  private next = 0;
  private meanings = -1;

  /** @param moments ascending on each of their axes. */
  constructor(
    private readonly view: AnyView,
    private readonly moments: readonly Moment[],
    private readonly sources: DayFoldSources,
  ) {}

  /** All documents as of this moment, in the order of their keys. Moments are asked for in their order. @throws ViewFailed */
  async at(index: number): Promise<readonly StoredDocument[]> {
    this.entries ??= await this.enter();
    const moment = this.moments[index]!;
    const reading = this.sources.readings.within(moment);
    const meanings = this.meaningsAt(moment);
    if (meanings !== this.meanings) this.beginAnew(meanings);
    await this.take(index, reading);
    this.sorted ??= [...this.documents.values()].sort(byKey);
    return this.sorted;
  }

  /** One of them. */
  get(key: string): StoredDocument | undefined {
    return this.documents.get(key);
  }

  /** How many events say what others mean by this moment: they only become more. */
  private meaningsAt(moment: Moment): number {
    const { readings, head } = this.sources;
    return readings.between(BEGINNING, head).filter((event) => readings.counts(event, moment)).length;
  }

  private beginAnew(meanings: number): void {
    this.meanings = meanings;
    this.next = 0;
    for (const kept of [this.rows, this.trails, this.documents]) kept.clear();
    this.sorted = undefined;
  }

  /** When each event begins to count. */
  private async enter(): Promise<Entries> {
    const { events, head, onProgress } = this.sources;
    const types = this.view.eventTypes().map(({ name }) => name);
    const found: [moment: number, position: Position][] = [];
    for await (const page of events.readAll({ until: head, filter: { types }, pageSize: AT_ONCE })) {
      for (const event of page.events) {
        const moment = firstWith(this.moments, event);
        if (moment < this.moments.length) found.push([moment, event.position]);
      }
      onProgress?.({ view: this.view.name, position: page.position, head });
    }
    found.sort(([one, first], [other, second]) => one - other || first - second);
    return { moments: found.map(([moment]) => moment), positions: found.map(([, position]) => position) };
  }

  private async take(index: number, reading: KnownReading): Promise<void> {
    const { moments, positions } = this.entries!;
    const touched = new Map<string, RecordedEvent[]>();
    while (this.next < moments.length && moments[this.next]! <= index) {
      const until = Math.min(this.next + AT_ONCE, upTo(moments, index, this.next));
      const batch = await this.sources.events.readAt(positions.slice(this.next, until));
      for (const event of reading.all(batch)) for (const key of this.keysOf(event)) listOf(touched, key).push(event);
      this.next = until;
    }
    for (const [key, events] of touched) await this.fold(key, events.sort(byPosition), reading);
  }

  private async fold(key: string, events: readonly RecordedEvent[], reading: KnownReading): Promise<void> {
    const trail = listOf(this.trails, key);
    const isLater = trail.length === 0 || trail.at(-1)! < events[0]!.position;
    trail.push(...events.map(({ position }) => position));
    if (!isLater) trail.sort((one, other) => one - other);
    const all = isLater ? events : await this.history(key, trail, reading);
    const { after, failure } = foldDocument(this.view, key, isLater ? this.rows.get(key) : undefined, all);
    if (failure) throw new ViewFailed(this.view.name, failure.event, failure.error);
    this.rows.set(key, after!);
    this.show(key, after!.row);
  }

  private async history(key: string, trail: readonly Position[], reading: KnownReading): Promise<RecordedEvent[]> {
    const found: RecordedEvent[] = [];
    for (let next = 0; next < trail.length; next += AT_ONCE) found.push(...(await this.sources.events.readAt(trail.slice(next, next + AT_ONCE))));
    return reading.all(found).filter((event) => this.view.keysOf(event).includes(key));
  }

  private show(key: string, row: object | undefined): void {
    const known = this.documents.get(key);
    if (!row) this.documents.delete(key);
    else this.documents.set(key, { _id: key, ...asStored(row) });
    if (row || known) this.sorted = undefined;
  }

  private keysOf(event: RecordedEvent): readonly string[] {
    try {
      return this.view.keysOf(event);
    } catch (error) {
      throw new ViewFailed(this.view.name, event, error);
    }
  }
}

/** Index of the first moment at which the event counts; their number where there is none. */
function firstWith(moments: readonly Moment[], event: RecordedEvent): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isWithin(moments[middle]!, event)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Where, from `start` on, what is above the value begins. */
function upTo(ascending: readonly number[], value: number, start: number): number {
  let end = start;
  while (end < ascending.length && ascending[end]! <= value) end += 1;
  return end;
}

function listOf<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const known = lists.get(key);
  if (known) return known;
  const list: Item[] = [];
  lists.set(key, list);
  return list;
}

const byPosition = (one: RecordedEvent, other: RecordedEvent) => one.position - other.position;

export const byKey = (one: { _id: string }, other: { _id: string }): number => (one._id < other._id ? -1 : one._id > other._id ? 1 : 0);
