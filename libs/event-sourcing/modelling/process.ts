import type { Filter } from '../ports/document-store.js';
import type { RecordedEvent } from '../ports/event-store.js';
import { eventTypeOf, type Class, type EventType } from './domain-event.js';
import type { Effect } from './effects.js';
import type { KeyOf, View } from './view.js';

export interface ProcessOptions {
  /** One line for the documentation. */
  summary?: string;
  /** Whether a process that is new acts on what was recorded before. Default `now`: only on what comes. */
  from?: 'now' | 'beginning';
  /** Whether it acts on events that an import recorded: as a rule these tell of times long past. Default false. */
  imported?: boolean;
}

/** The instance of a process that reacts. */
export interface Instance {
  id: string;
  /** Its deadlines that are set, and their moments. */
  deadlines: Readonly<Record<string, string>>;
  /** An id for something new. The same instance, cause and name always give the same. */
  newId(name: string): string;
}

/** A deadline that is reached. */
export interface ReachedDeadline {
  /** As it was set, such as `instalment/3`. */
  deadline: string;
  /** What stands behind the slash of its name. */
  key?: string;
  /** The moment that it was set for, ISO 8601. */
  at: string;
  /** The moment at which it is reached: later than `at` where nobody was there to look, ISO 8601. */
  reachedAt: string;
}

/** A command of the process that was refused. */
export interface RejectedCommand<C extends object = object> {
  commandId: string;
  /** What was sent. */
  fields: C;
  /** Code of the rejection, or `invalid-command`, or `command-failed`. */
  code: string;
  message: string;
}

/** What follows. Pure: the same state and cause give the same effects. Nothing is recorded where there are none. */
export type Reaction<State, Cause> = (state: State, cause: Cause, instance: Instance) => Effect<State> | readonly Effect<State>[];

/** The same from what was found in views, too. */
export type FindingReaction<State, Cause, Found> = (state: State, cause: Cause, instance: Instance, found: Found) => Effect<State> | readonly Effect<State>[];

/** A reaction of whatever process. */
export type AnyReaction<Cause = never> = (state: never, cause: Cause, instance: Instance) => Effect | readonly Effect[];

/** Stored rows of a view that holds the event: those that the filter names, by their keys. */
export type Find = <Row extends object, Answer>(view: View<Row, Answer>, filter: Filter) => Promise<(Row & { _id: string })[]>;

type AnyFindingReaction = (state: never, cause: never, instance: Instance, found: never) => Effect | readonly Effect[];

/**
 * What a reaction has to know of views. What was found goes into what is recorded, and is never looked for again; a view
 * may know of later events, too, so what is sent must be right, or be refused, whenever it is decided.
 */
export type Look<E, Found> = (event: RecordedEvent<E>, find: Find) => Promise<Found>;

export interface EventReaction {
  type: EventType;
  key: KeyOf<never>;
  /** Whether an instance begins with it where none runs. */
  starts: boolean;
  react: AnyFindingReaction;
  look?: (event: never, find: Find) => Promise<unknown>;
}

interface Parts {
  events: ReadonlyMap<string, EventReaction>;
  deadlines: ReadonlyMap<string, AnyReaction<ReachedDeadline>>;
  rejections: ReadonlyMap<string, AnyReaction>;
}

/** What happens because something happened, over days and weeks: reacts to events with commands and deadlines. */
export class Process<State = unknown> {
  private constructor(
    /** Also the category of its streams: `<name>-<instance>`. */
    readonly name: string,
    readonly initial: State,
    readonly options: ProcessOptions,
    private readonly parts: Parts,
  ) {}

  static define<State>(name: string, initial: State, options: ProcessOptions = {}): Process<State> {
    if (!/^[a-z][a-z0-9]*$/.test(name)) throw new Error(`Process name "${name}" must be lower case letters and digits.`);
    return new Process(name, initial, options, { events: new Map(), deadlines: new Map(), rejections: new Map() });
  }

  /** Reacts to an event, with a new instance where none runs. @param key which instance it is about: one, several or none. */
  startsOn<E extends object>(type: Class<E>, key: KeyOf<E>, react: Reaction<State, RecordedEvent<E>>): Process<State> {
    return this.withEvent(type, key, true, react);
  }

  /** The same where the reaction has to know something of views: `look` finds it. */
  startsOnFinding<E extends object, Found>(type: Class<E>, key: KeyOf<E>, look: Look<E, Found>, react: FindingReaction<State, RecordedEvent<E>, Found>): Process<State> {
    return this.withEvent(type, key, true, react, look);
  }

  /** Reacts to an event where an instance runs. @param key which instance it is about: one, several or none. */
  on<E extends object>(type: Class<E>, key: KeyOf<E>, react: Reaction<State, RecordedEvent<E>>): Process<State> {
    return this.withEvent(type, key, false, react);
  }

  /** Reacts to a deadline of this name, and to those that have it before a slash. */
  onDeadline(name: string, react: Reaction<State, ReachedDeadline>): Process<State> {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`Deadline name "${name}" must be lower case letters, digits and dashes.`);
    if (this.parts.deadlines.has(name)) throw new Error(`Process ${this.name} has two reactions to the deadline ${name}.`);
    return this.with({ deadlines: new Map(this.parts.deadlines).set(name, react) });
  }

  /** Reacts to a command of its own that was refused. Without it such a command waits for somebody to look at it. */
  onRejected<C extends object>(command: Class<C>, react: Reaction<State, RejectedCommand<C>>): Process<State> {
    if (this.parts.rejections.has(command.name)) throw new Error(`Process ${this.name} has two reactions to a rejected ${command.name}.`);
    return this.with({ rejections: new Map(this.parts.rejections).set(command.name, react) });
  }

  eventTypes(): EventType[] {
    return [...this.parts.events.values()].map(({ type }) => type);
  }

  /** Ids of the instances that an event is about, each once. */
  instancesOf(event: RecordedEvent): readonly string[] {
    const found = this.parts.events.get(event.type);
    if (!found) return [];
    const ids = (found.key as KeyOf<object>)(event);
    if (typeof ids === 'string') return [ids];
    return ids === undefined ? [] : [...new Set(ids)];
  }

  reactionTo(eventName: string): EventReaction | undefined {
    return this.parts.events.get(eventName);
  }

  reactionToDeadline(deadline: string): AnyReaction<ReachedDeadline> | undefined {
    return this.parts.deadlines.get(kindOf(deadline));
  }

  reactionToRejected(command: string): AnyReaction | undefined {
    return this.parts.rejections.get(command);
  }

  streamOf(instance: string): string {
    return `${this.name}-${instance}`;
  }

  private withEvent<E extends object, Found>(type: Class<E>, key: KeyOf<E>, starts: boolean, react: FindingReaction<State, RecordedEvent<E>, Found>, look?: Look<E, Found>): Process<State> {
    const event = eventTypeOf(type);
    if (this.parts.events.has(event.name)) throw new Error(`Process ${this.name} reacts to ${event.name} twice.`);
    const reaction: EventReaction = { type: event, key: key, starts, react: react, ...(look && { look }) };
    return this.with({ events: new Map(this.parts.events).set(event.name, reaction) });
  }

  private with(change: Partial<Parts>): Process<State> {
    return new Process(this.name, this.initial, this.options, { ...this.parts, ...change });
  }
}

/** What of a deadline's name its reaction is found by: `instalment` of `instalment/3`. */
export const kindOf = (deadline: string): string => deadline.split('/', 1)[0]!;

/** `process('dunning', notDue, { summary }).startsOn(InvoiceIssued, key, reaction).onDeadline('overdue', reaction)`; streams are called `dunning-<instance>`. */
export const process = <State>(name: string, initial: State, options?: ProcessOptions) => Process.define<State>(name, initial, options);

/** A process that knows whatever it does: what the engine needs of it. Methods, so that any process fits. */
export interface AnyProcess {
  readonly name: string;
  readonly initial: unknown;
  readonly options: ProcessOptions;
  eventTypes(): EventType[];
  instancesOf(event: RecordedEvent): readonly string[];
  reactionTo(eventName: string): EventReaction | undefined;
  reactionToDeadline(deadline: string): AnyReaction<ReachedDeadline> | undefined;
  reactionToRejected(command: string): AnyReaction | undefined;
  streamOf(instance: string): string;
}
