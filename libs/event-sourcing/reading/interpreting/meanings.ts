import { BEGINNING, type RecordedEvent } from '../../ports/event-store.js';
import { KnownReading } from './known-reading.js';
import type { Readings } from './readings.js';

/** How an event is read from a moment of business time on, until the next; undefined: it does not count. */
export interface Meaning {
  /** ISO 8601; empty: from ever. */
  from: string;
  event: RecordedEvent | undefined;
}

/** An event as it was recorded, and what it means. */
export interface MeantEvent {
  event: RecordedEvent;
  /** By time, the first from ever. */
  meanings: readonly Meaning[];
}

const EVER = '';
const AS_RECORDED = new KnownReading(BEGINNING, []);

/**
 * What events mean at each moment of business time, knowing what stands in the log up to somewhere: as of a moment, a merge
 * that happened later is none yet.
 */
export class Meanings {
  /** Of each id and stream, those that it was ever said to have to do with. */
  private readonly kin = new Map<string, Kin>();
  private readonly retroactive: RecordedEvent[] = [];
  /** What counts at every moment. */
  private ever: KnownReading | undefined = AS_RECORDED;

  constructor(private readonly readings: Readings) {}

  /** Takes into account what an event makes of others. In the order of the log. */
  note(cause: RecordedEvent): void {
    if (!this.readings.counts(cause, { asOf: EVER })) return void this.united(this.namesIn(cause)).add(cause);
    this.retroactive.push(cause);
    this.ever = undefined;
    for (const kin of this.kin.values()) kin.forget();
  }

  /** What it means from which moment on; nothing where it never counts. */
  of(event: RecordedEvent): Meaning[] {
    const ever = (this.ever ??= this.readings.among(this.retroactive));
    const counting = ever.read(event);
    if (!counting) return [];
    const kin = this.kin.size === 0 ? [] : this.kinOf([...this.readings.idsIn(event), streamName(event.stream)]);
    if (kin.length === 0) return [{ from: EVER, event: counting }];
    const turns = kin.map((each) => each.turns(this.readings, ever));
    const meanings: Meaning[] = [];
    for (const from of [EVER, ...new Set(turns.flat().map((turn) => turn.from).sort())]) {
      const read = turns.reduce<RecordedEvent | undefined>((before, own) => before && (own.findLast((turn) => turn.from <= from)?.reading ?? AS_RECORDED).read(before), counting);
      if (meanings.length === 0 || meanings.at(-1)!.event !== read) meanings.push({ from, event: read });
    }
    return meanings;
  }

  /** Every id that the event, or one of these ids, has ever been said to have to do with. */
  idsWith(ids: Iterable<string>, event?: RecordedEvent): Set<string> {
    const names = [...ids, ...(event ? this.namesIn(event) : [])];
    const all = [...names, ...this.kinOf(names).flatMap((kin) => [...kin.names])];
    return new Set(all.filter((name) => !isStreamName(name)));
  }

  private namesIn(cause: RecordedEvent): string[] {
    const { streams = [], subjects = [] } = this.readings.concernOf(cause) ?? {};
    return [...subjects, ...streams.map(streamName)];
  }

  private kinOf(names: readonly string[]): Kin[] {
    return [...new Set(names.flatMap((name) => this.kin.get(name) ?? []))];
  }

  private united(names: readonly string[]): Kin {
    const [first = new Kin(), ...others] = this.kinOf(names).sort((one, other) => other.names.size - one.names.size);
    for (const other of others) first.join(other);
    for (const name of [...names, ...others.flatMap((other) => [...other.names])]) {
      first.names.add(name);
      this.kin.set(name, first);
    }
    return first;
  }
}

/** How events are read from a moment on. */
interface Turn {
  from: string;
  reading: KnownReading;
}

/** Ids and streams that have to do with one another, and the events that say so. */
class Kin {
  readonly names = new Set<string>();
  private causes: RecordedEvent[] = [];
  private known: Turn[] | undefined;

  add(cause: RecordedEvent): void {
    this.causes.push(cause);
    this.forget();
  }

  join(other: Kin): void {
    this.causes = [...this.causes, ...other.causes].sort((one, another) => one.position - another.position);
    this.forget();
  }

  forget(): void {
    this.known = undefined;
  }

  /** @param ever how the causes themselves are read. */
  turns(readings: Readings, ever: KnownReading): readonly Turn[] {
    if (this.known) return this.known;
    const causes = ever.all(this.causes);
    const moments = [...new Set(causes.map(({ occurredAt }) => occurredAt))].sort();
    this.known = moments.map((from) => ({ from, reading: readings.among(causes.filter(({ occurredAt }) => occurredAt <= from)) }));
    return this.known;
  }
}

/** A space is in no id. */
const STREAM = 'stream ';
const streamName = (stream: string): string => STREAM + stream;
const isStreamName = (name: string): boolean => name.startsWith(STREAM);
