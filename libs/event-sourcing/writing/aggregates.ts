import type QuickLRU from 'quick-lru';
import { boundedCache } from '../bounded-cache.js';
import type { Aggregate } from '../modelling/aggregate.js';
import type { Decision, DecisionMoment, Knowing } from '../modelling/command.js';
import type { NewEvent } from '../modelling/domain-event.js';
import { counting, isWithdrawal, type EventsWithdrawn } from '../modelling/withdrawal.js';
import {
  BEGINNING,
  NO_REVISION,
  WrongExpectedRevision,
  type AppendResult,
  type EventStore,
  type EventToAppend,
  type Position,
  type RecordedEvent,
} from '../ports/event-store.js';
import type { Clock, Telemetry } from '../support.js';
import { asStored } from './as-stored.js';
import { eventIdFrom, type ResolvedContext } from './command-context.js';
import { CommandLedger } from './command-ledger.js';
import { CommandIdReused, ConcurrencyConflict } from './errors.js';
import { InTurn } from './in-turn.js';
import type { Snapshots } from './snapshots.js';
import { uuidV5 } from './uuid-v5.js';
import { occurredAtOf } from './validation.js';

/** What a command came to. `revision` and `position` are those of the aggregate's last event: ask views for that position. */
export interface CommandResult extends AppendResult {
  stream: string;
  commandId: string;
  /** Events that the command made: 0 where it changed nothing. */
  events: number;
  /** True where this very command was found handled already; the answer is the first one. */
  repeated: boolean;
}

/** An aggregate as far as its events have been read. Changed in place by those who hold its turn. */
interface Loaded<State> {
  state: State;
  revision: number;
  position: Position;
  eventId: string;
  ledger: CommandLedger;
  snapshotAt: number;
  /** Events in the state have been withdrawn since. */
  outdated?: boolean;
  /**
   * Data of the last append, where its command's id came from the caller. Another node may have appended the same events
   * at the same time, decided at another moment; the store then keeps that node's and tells nobody.
   */
  unconfirmed?: readonly object[];
}

/** An aggregate, and whether it was just read from the store. */
interface Found<State> {
  loaded: Loaded<State>;
  current: boolean;
}

/** Events that are read before a snapshot is looked for. */
const WITHOUT_SNAPSHOT = 25;

export interface AggregatesOptions {
  /** Aggregates kept in memory. Default 20,000. */
  cacheSize?: number;
  /** How often a command is decided when others keep changing its aggregate. Default 5. */
  attempts?: number;
}

/** How commands are handled. */
export interface Handling {
  /** Nearly all are about something new that no other command of the near future is about, as those of an import are. */
  mostAreNew: boolean;
}

const SINGLY: Handling = { mostAreNew: false };

/** Loads aggregates, decides commands on them and appends what they decide at the revision that was decided on. */
export class Aggregates {
  private readonly hot: QuickLRU<string, Loaded<unknown>>;
  private readonly inTurn = new InTurn();
  private readonly attempts: number;

  constructor(
    private readonly events: EventStore,
    private readonly snapshots: Snapshots,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
    options: AggregatesOptions = {},
  ) {
    this.hot = boundedCache(options.cacheSize ?? 20_000);
    this.attempts = options.attempts ?? 5;
  }

  /**
   * @throws Rejection the rules forbid it.
   * @throws ConcurrencyConflict others kept changing the aggregate.
   * @throws CommandIdReused the command's id belongs to another command.
   */
  handle<C extends object, State>(decision: Decision<C, State>, command: C, context: ResolvedContext, handling: Handling = SINGLY): Promise<CommandResult> {
    return decision.knowing ? this.handleKnowing(decision, decision.knowing, command, context, handling) : this.handleInTurn(decision, command, context, handling);
  }

  private async handleKnowing<C extends object, State>(decision: Decision<C, State>, knowing: Knowing<C, unknown>, command: C, context: ResolvedContext, handling: Handling): Promise<CommandResult> {
    const known = await knowing(command, async (aggregate, id) => (await this.state(aggregate, id)).state);
    return this.handleInTurn({ ...decision, decide: (asked, state, moment) => decision.decide(asked, state, moment, known) }, command, context, handling);
  }

  private handleInTurn<C extends object, State>(decision: Decision<C, State>, command: C, context: ResolvedContext, handling: Handling): Promise<CommandResult> {
    const stream = decision.aggregate.streamOf((command as Record<string, unknown>)[decision.idField] as string);
    return this.inTurn.run(stream, async () =>
      (await this.handleAsNew(decision, command, stream, context, handling)) ?? this.decideAndAppend(decision, command, stream, context, await this.load(decision.aggregate, stream, handling)),
    );
  }

  /**
   * The same for an aggregate that has no events yet, or none that count.
   * @returns undefined where it has some; nothing is decided then.
   */
  handleFirst<C extends object, State>(decision: Decision<C, State>, command: C, context: ResolvedContext, handling: Handling = SINGLY): Promise<CommandResult | undefined> {
    const { aggregate } = decision;
    const stream = aggregate.streamOf((command as Record<string, unknown>)[decision.idField] as string);
    return this.inTurn.run(stream, async () => {
      const asNew = await this.handleAsNew(decision, command, stream, context, handling);
      if (asNew) return asNew;
      const found = await this.load(aggregate, stream, handling);
      const { revision, state } = found.loaded;
      return revision > NO_REVISION && state !== aggregate.initial ? undefined : this.decideAndAppend(decision, command, stream, context, found);
    });
  }

  /** The present state of an aggregate, and the revision that it has. */
  async state<State>(aggregate: Aggregate<string, State>, id: string): Promise<{ state: State; revision: number; position: Position }> {
    const stream = aggregate.streamOf(id);
    return this.inTurn.run(stream, async () => {
      const { loaded, current } = await this.load(aggregate, stream, SINGLY);
      if (!current) await this.readOn(aggregate, stream, loaded);
      return { state: loaded.state, revision: loaded.revision, position: loaded.position };
    });
  }

  /** Drops what is kept of a stream beside its events. @returns whether there was a snapshot. */
  forget(stream: string): Promise<boolean> {
    return this.inTurn.run(stream, () => {
      this.hot.delete(stream);
      return this.snapshots.drop(stream);
    });
  }

  /** Drops every aggregate from memory. */
  forgetAll(): void {
    this.hot.clear();
  }

  /**
   * Decides without looking whether there is anything: that the append happens proves that there was nothing.
   * @returns undefined where that is not so; nothing is appended then.
   */
  private async handleAsNew<C extends object, State>(decision: Decision<C, State>, command: C, stream: string, context: ResolvedContext, { mostAreNew }: Handling): Promise<CommandResult | undefined> {
    if (!mostAreNew || !this.events.tellsRepetitions || this.hot.has(stream)) return undefined;
    const loaded = nothing(decision.aggregate);
    const { moment, made } = this.decided(decision, command, loaded.state, context);
    if (made.error !== undefined || made.value.length === 0) return undefined;
    return (await this.append(decision.aggregate, stream, loaded, made.value, context, command, moment)) ? answer(stream, context, loaded, made.value.length, false) : undefined;
  }

  private decided<C extends object, State>(decision: Decision<C, State>, command: C, state: State, { actor }: ResolvedContext): { moment: DecisionMoment; made: Outcome<readonly NewEvent[]> } {
    const now = this.clock.now();
    const moment = { now: now.toISOString(), occurredAt: occurredAtOf(command, now), actor };
    return { moment, made: attemptTo(() => eventsOf(decision.decide(command, state, moment), command)) };
  }

  private async decideAndAppend<C extends object, State>(
    decision: Decision<C, State>,
    command: C,
    stream: string,
    sent: ResolvedContext,
    found: Found<State>,
  ): Promise<CommandResult> {
    const { aggregate } = decision;
    let context = sent;
    let { loaded, current } = found;
    for (let attempt = 1; ; attempt++) {
      while (loaded.ledger.mayHave(context.commandId)) {
        const first = await this.firstAnswer(command, stream, context);
        if (!first) break;
        if ('stream' in first) return first;
        context = first;
      }
      const { moment, made } = this.decided(decision, command, loaded.state, context);
      if (made.error !== undefined || made.value.length === 0) {
        // Only what was decided on the present state may be answered: an append proves that by its revision, this does not.
        if (!current && (await this.readOn(aggregate, stream, loaded))) {
          current = true;
          continue;
        }
        if (made.error !== undefined) throw made.error;
        return answer(stream, context, loaded, 0, false);
      }
      const appended = await this.append(aggregate, stream, loaded, made.value, context, command, moment);
      if (appended) return answer(stream, context, loaded, made.value.length, false);
      const expected = loaded.revision;
      loaded = await this.reload(aggregate, stream, loaded);
      current = true;
      if (attempt >= this.attempts) throw new ConcurrencyConflict(stream, expected, loaded.revision, attempt);
    }
  }

  /** @returns false where the stream is no longer at the revision that the decision was made on, be it by this very command. */
  private async append<State>(
    aggregate: Aggregate<string, State>,
    stream: string,
    loaded: Loaded<State>,
    made: readonly NewEvent[],
    context: ResolvedContext,
    command: object,
    moment: DecisionMoment,
  ): Promise<boolean> {
    const first = loaded.revision + 1;
    const events = made.map((event, index) => ({ ...toAppend(event, index, stream, context, command, moment.occurredAt), revision: first + index }));
    // Folded before it is appended: an event that its own aggregate cannot take must never get into the stream.
    const state = events.some(isWithdrawal)
      ? await this.stateAnew(aggregate, stream, loaded.revision, events)
      : events.reduce<State>((before, event) => aggregate.evolve(before, event), loaded.state);
    let result: AppendResult;
    try {
      result = await this.events.append(stream, loaded.revision === NO_REVISION ? 'none' : loaded.revision, events);
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return false;
      this.hot.delete(stream);
      throw error;
    }
    if (result.repeated) return false;
    this.telemetry.eventsAppended(events.length);
    Object.assign(loaded, { state, ...result, eventId: events[events.length - 1]!.id });
    loaded.ledger.add(context.commandId);
    if (context.idGiven) loaded.unconfirmed = events.map(({ data }) => data);
    else delete loaded.unconfirmed;
    this.snapshotWhenDue(aggregate, stream, loaded);
    return true;
  }

  private async load<State>(aggregate: Aggregate<string, State>, stream: string, handling: Handling): Promise<Found<State>> {
    const hot = this.hot.get(stream) as Loaded<State> | undefined;
    if (hot && !hot.unconfirmed) return { loaded: hot, current: false };
    if (hot && (await this.confirm(aggregate, stream, hot))) return { loaded: hot, current: true };
    return { loaded: await this.reload(aggregate, stream, undefined, handling), current: true };
  }

  /** Compares what this node appended with what is stored and reads on; @returns whether they are the same. */
  private async confirm<State>(aggregate: Aggregate<string, State>, stream: string, hot: Loaded<State>): Promise<boolean> {
    const appended = hot.unconfirmed!;
    const first = hot.revision - appended.length + 1;
    for await (const page of this.events.readStream(stream, { from: first })) {
      const known = page.filter(({ revision }) => revision < first + appended.length);
      if (known.some(({ revision, data }) => JSON.stringify(appended[revision - first]) !== JSON.stringify(data))) return false;
      foldAll(aggregate, hot, page.slice(known.length));
    }
    delete hot.unconfirmed;
    await this.withoutWithdrawn(aggregate, stream, hot);
    return true;
  }

  /** The aggregate as the store has it now; continues `known` where its history is still the store's. */
  private async reload<State>(aggregate: Aggregate<string, State>, stream: string, known?: Loaded<State>, { mostAreNew }: Handling = SINGLY): Promise<Loaded<State>> {
    if (known && (await this.readOn(aggregate, stream, known))) return known;
    const loaded = await this.readAll(aggregate, stream);
    if (!mostAreNew || loaded.revision > NO_REVISION) this.hot.set(stream, loaded);
    return loaded;
  }

  private async readAll<State>(aggregate: Aggregate<string, State>, stream: string): Promise<Loaded<State>> {
    const loaded = nothing(aggregate);
    const few = Math.min(aggregate.snapshots.every, WITHOUT_SNAPSHOT);
    // Of a short stream a snapshot would save nothing, and most are short.
    if ((await this.readInto(aggregate, stream, loaded, few)) < few) return loaded;
    const fromSnapshot = await this.loadSnapshot(aggregate, stream, loaded.revision);
    if (fromSnapshot) return fromSnapshot;
    await this.readInto(aggregate, stream, loaded);
    this.snapshotWhenDue(aggregate, stream, loaded);
    return loaded;
  }

  private async loadSnapshot<State>(aggregate: Aggregate<string, State>, stream: string, revision: number): Promise<Loaded<State> | undefined> {
    const snapshot = await this.snapshots.load(aggregate, stream);
    if (!snapshot || snapshot.revision < revision) return undefined;
    const loaded: Loaded<State> = { ...snapshot, snapshotAt: snapshot.revision };
    let confirmed = false;
    for await (const page of this.events.readStream(stream, { from: snapshot.revision })) {
      if (!confirmed && page[0]?.id !== snapshot.eventId) return this.snapshots.ignore(stream, 'was made from another history');
      foldAll(aggregate, loaded, confirmed ? page : page.slice(1));
      confirmed = true;
    }
    await this.withoutWithdrawn(aggregate, stream, loaded);
    return confirmed ? loaded : this.snapshots.ignore(stream, 'is ahead of its stream');
  }

  /** Reads what came after; @returns whether there was anything. */
  private async readOn<State>(aggregate: Aggregate<string, State>, stream: string, loaded: Loaded<State>): Promise<boolean> {
    return (await this.readInto(aggregate, stream, loaded)) > 0;
  }

  private async readInto<State>(aggregate: Aggregate<string, State>, stream: string, loaded: Loaded<State>, limit?: number): Promise<number> {
    let count = 0;
    const from = loaded.revision + 1;
    for await (const page of this.events.readStream(stream, { from, ...(limit !== undefined && { limit }) })) {
      foldAll(aggregate, loaded, page);
      count += page.length;
    }
    await this.withoutWithdrawn(aggregate, stream, loaded);
    return count;
  }

  private async withoutWithdrawn<State>(aggregate: Aggregate<string, State>, stream: string, loaded: Loaded<State>): Promise<void> {
    if (!loaded.outdated) return;
    loaded.state = await this.stateAnew(aggregate, stream, loaded.revision);
    delete loaded.outdated;
  }

  /** The state up to a revision, and after more events, from those alone that count. */
  private async stateAnew<State>(aggregate: Aggregate<string, State>, stream: string, revision: number, more: readonly (EventToAppend & { revision: number })[] = []): Promise<State> {
    const history: (EventToAppend & { revision: number })[] = [];
    for await (const page of this.events.readStream(stream, { limit: revision + 1 })) history.push(...page);
    return counting([...history, ...more]).reduce<State>((before, event) => aggregate.evolve(before, event), aggregate.initial);
  }

  /** What the command came to when it was sent before; where that was withdrawn, the context in which it happens again. */
  private async firstAnswer(command: object, stream: string, context: ResolvedContext): Promise<CommandResult | ResolvedContext | undefined> {
    const { earlier, withdrawals } = await this.eventsOf(context.commandId, stream);
    const last = earlier[0];
    if (!last) return undefined;
    if (last.metadata.command !== command.constructor.name) {
      throw new CommandIdReused(stream, context.commandId, last.metadata.command ?? 'another command', command.constructor.name);
    }
    const withdrawal = withdrawals.find(({ data }) => (data as EventsWithdrawn).revisions.includes(last.revision));
    if (withdrawal) return { ...context, commandId: uuidV5(context.commandId, withdrawal.id) };
    return answer(stream, context, last, earlier.length, true);
  }

  /** The events that a command made, the last one first, and the withdrawals after them. */
  private async eventsOf(commandId: string, stream: string): Promise<{ earlier: RecordedEvent[]; withdrawals: RecordedEvent[] }> {
    const [earlier, withdrawals]: [RecordedEvent[], RecordedEvent[]] = [[], []];
    for await (const page of this.events.readStream(stream, { direction: 'backwards' })) {
      for (const event of page) {
        if (event.metadata.commandId === commandId) earlier.push(event);
        else if (earlier.length > 0) return { earlier, withdrawals };
        else if (isWithdrawal(event)) withdrawals.push(event);
      }
    }
    return { earlier, withdrawals };
  }

  private snapshotWhenDue<State>(aggregate: Aggregate<string, State>, stream: string, loaded: Loaded<State>): void {
    if (loaded.revision - loaded.snapshotAt < aggregate.snapshots.every) return;
    this.snapshots.save(aggregate, stream, { ...loaded });
    loaded.snapshotAt = loaded.revision;
  }
}

function nothing<State>(aggregate: Aggregate<string, State>): Loaded<State> {
  return {
    state: aggregate.initial,
    revision: NO_REVISION,
    position: BEGINNING,
    eventId: '',
    ledger: CommandLedger.empty(),
    snapshotAt: NO_REVISION,
  };
}

/** All of a page, or nothing of it where one event cannot be folded. */
function foldAll<State>(aggregate: Aggregate<string, State>, loaded: Loaded<State>, page: readonly RecordedEvent[]): void {
  const last = page.at(-1);
  if (!last) return;
  let { state, outdated } = loaded;
  for (const event of page) {
    if (isWithdrawal(event)) outdated = true;
    else state = aggregate.evolve(state, event);
  }
  for (const event of page) loaded.ledger.add(event.commandId ?? event.metadata.commandId);
  const { revision, position, id: eventId } = last;
  Object.assign(loaded, { state, revision, position, eventId, ...(outdated && { outdated }) });
}

function toAppend(made: NewEvent, index: number, stream: string, context: ResolvedContext, command: object, occurredAt: string): EventToAppend {
  const { commandId, correlationId, causationId, depth = 0, actor, source } = context;
  return {
    id: eventIdFrom(commandId, stream, index),
    type: made.type.name,
    schemaVersion: made.type.version,
    occurredAt,
    // What a later reader will see, so that the state in memory is the state of a replay.
    data: asStored(made.data),
    metadata: { commandId, command: command.constructor.name, correlationId, causationId: causationId ?? commandId, ...(depth > 0 && { depth }), actor, source },
  };
}

function answer(stream: string, context: ResolvedContext, at: AppendResult, events: number, repeated: boolean): CommandResult {
  return { stream, revision: at.revision, position: at.position, commandId: context.commandId, events, repeated };
}

/** @throws TypeError what the decision made is no event: a promise of one, bare data, nothing at all. */
function eventsOf(made: NewEvent | readonly NewEvent[], command: object): readonly NewEvent[] {
  const events: readonly unknown[] = Array.isArray(made) ? made : [made];
  if (events.every(isEvent)) return events;
  const stranger = events.find((each) => !isEvent(each));
  // Of what class it is, and not what it says: that may be personal.
  const kind = stranger === undefined || stranger === null ? String(stranger) : stranger.constructor.name;
  throw new TypeError(`The decision of ${command.constructor.name} made ${kind}, which is no event. Return event(Class, data), a list of these, or []; a decision is not async.`);
}

const isEvent = (made: unknown): made is NewEvent => typeof made === 'object' && made !== null && 'type' in made && 'data' in made;

type Outcome<T> = { value: T; error?: undefined } | { error: Error; value?: undefined };

function attemptTo<T>(task: () => T): Outcome<T> {
  try {
    return { value: task() };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}
