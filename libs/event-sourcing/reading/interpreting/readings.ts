import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { EventType } from '../../modelling/domain-event.js';
import { withData } from '../../modelling/event-types.js';
import type { Interpretation } from '../../modelling/interpretation.js';
import type { DocumentStore, DocumentWrite } from '../../ports/document-store.js';
import { BEGINNING, type EventPage, type EventStore, type Position, type RecordedEvent } from '../../ports/event-store.js';
import { InTurn } from '../../writing/in-turn.js';
import { isWithin, type Moment } from '../moments/moment.js';
import { KnownReading } from './known-reading.js';

/** Collection of where in the log the events are that change the meaning of others, so that a start need not look for them. */
export const REINTERPRETATIONS = 'reinterpretations';
const EXAMINED = 'examined';

const AT_ONCE = 1_000;
const MOMENTS_KEPT = 50;

/** Knows the events that change the meaning of others, and how all are to be read as of any position or moment. */
export class Readings {
  /** Names of the types of event that change the meaning of others. */
  readonly types: ReadonlySet<string>;
  private readonly concerns: ReadonlyMap<string, EventType>;
  private readonly retroactive: ReadonlySet<string>;
  private known: RecordedEvent[] = [];
  private examined: Position | undefined;
  private latest: KnownReading;
  private readonly moments = new LRUCache<string, KnownReading>({ max: MOMENTS_KEPT });
  private readonly inTurn = new InTurn();

  constructor(
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly interpretations: readonly Interpretation[],
    eventTypes: readonly EventType[],
  ) {
    this.concerns = new Map(eventTypes.filter(({ reinterprets }) => reinterprets).map((type) => [type.name, type]));
    this.types = new Set(this.concerns.keys());
    this.retroactive = new Set(interpretations.filter(({ options }) => options.retroactive).flatMap(({ types }) => [...types]));
    this.latest = this.reading([]);
  }

  /** As far as is known. */
  get now(): KnownReading {
    return this.latest;
  }

  /** How to read the page, knowing at least what stands in it. */
  async of({ events, position }: EventPage): Promise<KnownReading> {
    if (events.some(({ type }) => this.types.has(type))) await this.upTo(position);
    return this.latest;
  }

  /** Makes sure that what stands in the log up to the position is known. */
  async upTo(position: Position): Promise<void> {
    if (this.examined !== undefined && this.examined >= position) return;
    await this.inTurn.run('log', () => this.examine(position));
  }

  /** Those between two positions: after the first, up to the second. */
  between(after: Position, until: Position): RecordedEvent[] {
    return this.known.filter(({ position }) => position > after && position <= until);
  }

  /** How events were read when the log ended there. */
  at(position: Position): KnownReading {
    return position >= this.latest.position ? this.latest : this.reading(this.between(BEGINNING, position));
  }

  /**
   * How events are read as of a moment. What is known must reach as far as the events that are to be read.
   * @param until only what stands in the log up to here changes the meaning of others.
   */
  within(moment: Moment, until: Position = Infinity): KnownReading {
    const key = JSON.stringify([moment.asOf, moment.knownAt, until]);
    const kept = this.moments.get(key);
    if (kept) return kept;
    const reading = this.reading(this.between(BEGINNING, until).filter((event) => this.counts(event, moment)));
    this.moments.set(key, reading);
    return reading;
  }

  /** Whether what the event makes of others is so at the moment. */
  counts(event: RecordedEvent, { asOf, knownAt }: Moment): boolean {
    const isRetroactive = this.retroactive.has(event.type);
    return isWithin({ ...(asOf !== undefined && !isRetroactive && { asOf }), ...(knownAt !== undefined && { knownAt }) }, event);
  }

  /** Positions of the events that say at the moment what others mean. Two moments with the same ones read history alike. */
  countingAt(moment: Moment): Position[] {
    return this.known.filter((event) => this.counts(event, moment)).map(({ position }) => position);
  }

  /** How events are read by who knows these alone of those that change their meaning; in the order of the log. */
  among(events: readonly RecordedEvent[]): KnownReading {
    return this.reading(events);
  }

  /** The ids that an event names of those that readings replace by others. */
  idsIn(event: RecordedEvent): string[] {
    return this.interpretations.flatMap(({ options }) => [...(options.subjects?.(event) ?? [])]);
  }

  concernOf(event: RecordedEvent) {
    return this.concerns.get(event.type)?.reinterprets?.(event);
  }

  private reading(events: readonly RecordedEvent[]): KnownReading {
    const last = events.at(-1)?.position ?? BEGINNING;
    let known = new KnownReading(last, []);
    for (const { options, types } of this.interpretations) {
      // An event that is itself read as something else, or not at all, changes others accordingly.
      const own = known.all(events.filter(({ type }) => types.has(type)));
      if (own.length > 0) known = known.with(options.reading(own));
    }
    return known;
  }

  private async examine(until: Position): Promise<void> {
    if (this.types.size === 0) return void (this.examined = until);
    if (this.examined === undefined) await this.recall();
    const found: RecordedEvent[] = [];
    let after = this.examined!;
    if (after >= until) return;
    for await (const page of this.events.readAll({ after, until, filter: { types: [...this.types] } })) {
      found.push(...page.events);
      after = page.position;
    }
    await this.remember(found, Math.max(after, until));
    this.take(found, Math.max(after, until));
  }

  private take(found: readonly RecordedEvent[], examined: Position): void {
    this.examined = examined;
    if (found.length === 0) return;
    this.known = [...this.known, ...found.map((event) => withData(event, event.data))];
    this.latest = this.reading(this.known);
    this.moments.clear();
  }

  private async recall(): Promise<void> {
    await this.documents.ensureCollection(REINTERPRETATIONS);
    const stored = (await this.documents.load(REINTERPRETATIONS, [EXAMINED])).get(EXAMINED);
    // Another program may have looked for other types of event.
    const isWhole = isDeepStrictEqual((stored?.document as Examined | undefined)?.types, this.typesInOrder());
    const examined = isWhole ? stored!.position : BEGINNING;
    const positions: Position[] = [];
    for await (const page of this.documents.scan(REINTERPRETATIONS, { position: { $lte: examined } })) positions.push(...page.map(({ position }) => position as Position));
    positions.sort((one, other) => one - other);
    const events: RecordedEvent[] = [];
    for (let next = 0; next < positions.length; next += AT_ONCE) events.push(...(await this.events.readAt(positions.slice(next, next + AT_ONCE))));
    this.take(events.filter(({ type }) => this.types.has(type)), examined);
  }

  private async remember(found: readonly RecordedEvent[], examined: Position): Promise<void> {
    const writes: DocumentWrite[] = found.map(({ position }) => ({ key: String(position), document: { position }, position }));
    const document: Examined = { types: this.typesInOrder() };
    await this.documents.write([{ collection: REINTERPRETATIONS, writes: [...writes, { key: EXAMINED, document, position: examined }] }]);
  }

  private typesInOrder(): string[] {
    return [...this.types].sort();
  }
}

/** The log was examined for these types of event, up to the position of the document. */
interface Examined {
  types: string[];
}
