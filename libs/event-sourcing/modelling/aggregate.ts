import { eventTypeOf, type Class, type EventType } from './domain-event.js';
import type { PolicyDeclaration, PublishedVersion } from './policy.js';

/** Folds one event into the state. Pure: the same state and event give the same state, and the old state is not changed. */
export type Evolve<State, E> = (state: State, data: E, at: { occurredAt: string; revision: number }) => State;

export interface SnapshotPolicy {
  /** A snapshot is taken when this many events came since the last one. */
  every: number;
  /** Raised whenever the state's shape or an `on` changes: older snapshots are then ignored and replaced. */
  version: number;
}

type AnyEvolve = Evolve<never, never>;

/** A consistency boundary: its events, and the state that they add up to. State is plain JSON, so that snapshots can hold it. */
export class Aggregate<Name extends string = string, State = unknown> {
  private constructor(
    /** Also the category of its streams: `<name>-<id>`. */
    readonly name: Name,
    readonly initial: State,
    readonly snapshots: SnapshotPolicy,
    private readonly folds: ReadonlyMap<string, { type: EventType; evolve: AnyEvolve }>,
    /** Where its instances are policies. */
    readonly published?: PolicyDeclaration,
  ) {}

  static define<Name extends string, State>(name: Name, initial: State): Aggregate<Name, State> {
    if (!/^[a-z][a-z0-9]*$/.test(name)) throw new Error(`Aggregate name "${name}" must be lower case letters and digits.`);
    return new Aggregate(name, initial, { every: 100, version: 1 }, new Map());
  }

  /** The same aggregate, which also folds this event. */
  on<E extends object>(type: Class<E>, evolve: Evolve<State, E>): Aggregate<Name, State> {
    const event = eventTypeOf(type);
    if (this.folds.has(event.name)) throw new Error(`Aggregate ${this.name} folds ${event.name} twice.`);
    const folds = new Map(this.folds).set(event.name, { type: event, evolve: evolve as unknown as AnyEvolve });
    return new Aggregate(this.name, this.initial, this.snapshots, folds, this.published);
  }

  /** The same aggregate with another policy for its snapshots. */
  snapshot(policy: SnapshotPolicy): Aggregate<Name, State> {
    return new Aggregate(this.name, this.initial, policy, this.folds, this.published);
  }

  /**
   * The same aggregate, whose instances are policies: this event publishes a version. What was in force at any moment is
   * then known to histories, to answers by other versions, and to what-if questions.
   */
  policy<E extends PublishedVersion>(name: string, type: Class<E>): Aggregate<Name, State> {
    const event = eventTypeOf(type);
    if (!this.folds.has(event.name)) throw new Error(`Aggregate ${this.name} does not fold ${event.name}, which is to publish versions of it.`);
    return new Aggregate(this.name, this.initial, this.snapshots, this.folds, { name, type: event });
  }

  /**
   * The state after one more event.
   * @throws Error the aggregate does not know the event: its history cannot be ignored.
   */
  evolve(state: State, event: { type: string; data: object; occurredAt: string; revision: number }): State {
    const fold = this.folds.get(event.type);
    if (!fold) throw new Error(`Aggregate ${this.name} has no .on(${event.type}): every event of its streams must be folded.`);
    return (fold.evolve as unknown as Evolve<State, object>)(state, event.data, event);
  }

  streamOf(id: string): string {
    return `${this.name}-${id}`;
  }

  eventTypes(): EventType[] {
    return [...this.folds.values()].map(({ type }) => type);
  }

  folding(eventName: string): boolean {
    return this.folds.has(eventName);
  }
}

/** `aggregate('customer', nobody).on(CustomerRegistered, …)`; streams are called `customer-<id>`. */
export const aggregate = <Name extends string, State>(name: Name, initial: State) => Aggregate.define(name, initial);
