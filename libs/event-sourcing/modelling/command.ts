import type { Aggregate } from './aggregate.js';
import type { Class, NewEvent } from './domain-event.js';

export interface CommandOptions {
  /** Roles that may send it, besides those that may send every command. Where it is left out nobody may who has to show who they are. */
  allow?: readonly string[];
  /** One line for the documentation. */
  summary?: string;
}

/** Facts of the moment that a decision may need: it reads no clock itself. */
export interface DecisionMoment {
  /** Now, ISO 8601. */
  now: string;
  /** Business time of what is decided: the command's own `occurredAt`, otherwise now. */
  occurredAt: string;
  /** Who asks. */
  actor: string;
}

/**
 * From a command and the present state to what happens: events, or none where nothing changes.
 * Pure. Throws a {@link Rejection} where the rules forbid it.
 */
export type Decide<C, State, Known = unknown> = (command: C, state: State, moment: DecisionMoment, known: Known) => NewEvent | readonly NewEvent[];

/** The present state of an aggregate. */
export type StateReader = <State>(aggregate: Aggregate<string, State>, id: string) => Promise<State>;

/**
 * What a decision has to know of other aggregates. It is read before the decision and may be moments old by then: the
 * decision can refuse by it, and what must never be wrong may not rest on it.
 */
export type Knowing<C, Known> = (command: C, stateOf: StateReader) => Promise<Known>;

export interface Decision<C extends object = object, State = unknown> {
  readonly command: Class<C>;
  readonly aggregate: Aggregate<string, State>;
  readonly decide: (...asked: [command: C, state: State, moment: DecisionMoment, known?: unknown]) => NewEvent | readonly NewEvent[];
  readonly knowing?: Knowing<C, unknown>;
  readonly options: CommandOptions;
  /** Field of the command that holds the aggregate's id: `<aggregate>Id`. */
  readonly idField: string;
}

const commandOptions = new WeakMap<Class, CommandOptions>();
const decisions = new WeakSet<object>();

/** Marks a class as a command; its class-validator decorators are its validation, its error texts and its HTTP schema. */
export function Command(options: CommandOptions = {}): ClassDecorator {
  return (target) => void commandOptions.set(target as unknown as Class, options);
}

/**
 * Binds a command to its aggregate and its decision. The command names its aggregate in the field `<aggregate>Id`.
 * @param knowing where the decision has to know something of other aggregates.
 */
export function decide<Name extends string, State, C extends Record<`${Name}Id`, string>, Known = undefined>(
  aggregate: Aggregate<Name, State>,
  command: Class<C>,
  decide: Decide<C, State, Known>,
  ...[knowing]: [Known] extends [undefined] ? [] : [Knowing<C, Known>]
): Decision<C, State> {
  const options = commandOptions.get(command);
  if (!options) throw new Error(`${command.name} is not marked with @Command().`);
  const decision = { command, aggregate, decide: decide as Decide<C, State>, options, idField: `${aggregate.name}Id`, ...(knowing && { knowing }) };
  decisions.add(decision);
  return decision;
}

export function isDecision(value: unknown): value is Decision {
  return typeof value === 'object' && value !== null && decisions.has(value);
}
