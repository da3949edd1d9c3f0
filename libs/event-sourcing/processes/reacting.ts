import { eventTypeOf, event, type NewEvent } from '../modelling/domain-event.js';
import type { Effect } from '../modelling/effects.js';
import { kindOf, type AnyProcess, type Instance } from '../modelling/process.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import { errorFields } from '../support.js';
import { asStored } from '../writing/as-stored.js';
import { uuidV5 } from '../writing/uuid-v5.js';
import {
  CommandDispatched, CommandRejected, DeadlineCancelled, DeadlineReached, DeadlineSet, ProcessReacted, ProcessStuck,
  type About, type CauseRecord,
} from './events.js';
import type { InstanceState } from './instance.js';

/** What an instance is to react to. */
export type Cause =
  | { kind: 'event'; event: RecordedEvent; found?: unknown }
  | { kind: 'deadline'; deadline: string; at: string; set: number }
  | { kind: 'rejection'; commandId: string; command: string; fields: object; refusals: number; code: string; message: string };

/** Where and when an instance reacts. */
export interface Moment {
  instanceId: string;
  /** Now, ISO 8601: only deadlines are told. */
  now: string;
  /** Events about the instance up to here have been considered. */
  considered: Position;
  /** Of something's data, the ids of persons whom it is about. Default: of nobody. */
  personsIn?: (data: object) => About;
  /** A stuck instance tries again. */
  retrying?: boolean;
  /** A refusal is recorded and not reacted to. */
  silent?: boolean;
}

const PROCESSES = '1a0f6a2e-6a9e-5d0e-8a37-5a2f3f0c9b61';

/** The id of a reaction: a process instance reacts to a cause once. The ids of its commands are derived from it. */
export function reactionId(process: string, instanceId: string, cause: Cause): string {
  return uuidV5(`${process}/${instanceId}/${causeName(cause)}`, PROCESSES);
}

/** The id of the n-th command of a reaction. */
export const commandIdOf = (reaction: string, index: number): string => uuidV5(`command/${index}`, reaction);

function causeName(cause: Cause): string {
  if (cause.kind === 'event') return cause.event.id;
  if (cause.kind === 'deadline') return `deadline/${cause.set}/${cause.deadline}`;
  return `rejected/${cause.commandId}`;
}

/** A reaction threw: the process cannot go on with this cause. */
export class ReactionFailed extends Error {
  override readonly name = 'ReactionFailed';
  constructor(process: string, instanceId: string, cause: unknown) {
    super(`Process ${process} cannot react for ${instanceId}: ${errorFields(cause).error}`, { cause });
  }
}

/**
 * What an instance does about a cause, as the events of its stream: what it reacted to and knows, then its effects. None
 * where it does nothing. Pure: the same instance and cause give the same events with the same ids of commands.
 * @throws ReactionFailed
 */
export function reactionOf(process: AnyProcess, instance: InstanceState, cause: Cause, moment: Moment): NewEvent[] {
  if (!isToBeConsidered(process, instance, cause, moment)) return [];
  const waits = (instance.stuck !== undefined && !moment.retrying) || moment.silent === true;
  const before = eventsBefore(process, cause, moment, waits);
  if (waits || isForgotten(instance, cause)) return before;
  try {
    const effects = effectsOf(process, instance, cause, moment);
    return effects.length > 0 ? [...before, ...new Effects(process, instance, cause, moment).events(effects)] : before;
  } catch (error) {
    throw new ReactionFailed(process.name, moment.instanceId, error);
  }
}

/** What is recorded of a cause that cannot be reacted to. */
export function stuckOf(process: AnyProcess, instance: InstanceState, cause: Cause, moment: Moment, error: string): NewEvent[] {
  if (cause.kind === 'rejection') return eventsBefore(process, cause, moment, true);
  if (instance.stuck || !isToBeConsidered(process, instance, cause, moment)) return [];
  return [event(ProcessStuck, { process: process.name, instanceId: moment.instanceId, cause: recordOf(cause), error, deadlines: Object.keys(instance.deadlines) })];
}

/**
 * What is recorded where the reaction cannot be, because a person whom it is about is erased: the instance ends.
 */
export function abandonedOf(process: AnyProcess, instance: InstanceState, cause: Cause, moment: Moment): NewEvent[] {
  if (!isToBeConsidered(process, instance, cause, moment)) return [];
  if (cause.kind === 'rejection') return [rejected(process, cause, moment, false)];
  return [...eventsBefore(process, cause, moment, false), ...new Effects(process, instance, cause, moment).events([{ kind: 'end' }])];
}

function isToBeConsidered(process: AnyProcess, instance: InstanceState, cause: Cause, { retrying = false }: Moment): boolean {
  if (cause.kind === 'rejection') return true;
  if (instance.stuck && !retrying) return false;
  if (cause.kind === 'deadline') return instance.deadlines[cause.deadline]?.set === cause.set;
  if (cause.event.position <= instance.considered) return false;
  return process.reactionTo(cause.event.type)?.starts === true || instance.status === 'running';
}

/** What it knew is erased: it can only begin anew. */
const isForgotten = ({ forgotten, status }: InstanceState, cause: Cause): boolean => forgotten === true && !(cause.kind === 'event' && status !== 'running');

function eventsBefore(process: AnyProcess, cause: Cause, moment: Moment, waits: boolean): NewEvent[] {
  if (cause.kind === 'event') return [];
  const { instanceId, personsIn } = moment;
  if (cause.kind === 'deadline') return [event(DeadlineReached, { process: process.name, instanceId, deadline: cause.deadline, at: cause.at })];
  const told = rejected(process, cause, moment, !waits && process.reactionToRejected(cause.command) !== undefined);
  return [{ ...told, data: { ...told.data, ...aboutIn(cause.fields, personsIn), message: cause.message } }];
}

/** Without its message, which may tell of a person. */
function rejected({ name: process }: AnyProcess, { commandId, command, code }: Cause & { kind: 'rejection' }, { instanceId }: Moment, handled: boolean): NewEvent<CommandRejected> {
  return event(CommandRejected, { process, instanceId, commandId, command, code, handled });
}

function effectsOf(process: AnyProcess, instance: InstanceState, cause: Cause, { instanceId, now }: Moment): readonly Effect[] {
  const starts = cause.kind === 'event' && instance.status !== 'running';
  const state = (starts ? process.initial : instance.state) as never;
  const asking: Instance = {
    id: instanceId,
    deadlines: Object.fromEntries(Object.entries(instance.deadlines).map(([name, { at }]) => [name, at])),
    newId: (name) => uuidV5(`new/${name}`, reactionId(process.name, instanceId, cause)),
  };
  const effects = ask() ?? [];
  return Array.isArray(effects) ? (effects as Effect[]) : [effects as Effect];

  function ask(): Effect | readonly Effect[] | undefined {
    if (cause.kind === 'event') return process.reactionTo(cause.event.type)!.react(state, cause.event as never, asking, cause.found as never);
    if (cause.kind === 'deadline') return process.reactionToDeadline(cause.deadline)?.(state, { ...namesOf(cause.deadline), at: cause.at, reachedAt: now }, asking);
    const { commandId, fields, code, message } = cause;
    return process.reactionToRejected(cause.command)?.(state, { commandId, fields, code, message } as never, asking);
  }
}

function namesOf(deadline: string): { deadline: string; key?: string } {
  const kind = kindOf(deadline);
  return { deadline, ...(deadline.length > kind.length && { key: deadline.slice(kind.length + 1) }) };
}

export function recordOf(cause: Cause): CauseRecord {
  if (cause.kind === 'event') return { kind: 'event', id: cause.event.id, type: cause.event.type, position: cause.event.position };
  if (cause.kind === 'deadline') return { kind: 'deadline', deadline: cause.deadline, at: cause.at, set: cause.set };
  return { kind: 'rejection', commandId: cause.commandId };
}

/** The ids of persons whom data is about, to be recorded beside it. */
function aboutIn(data: unknown, personsIn?: (data: object) => About): { about?: About } {
  const about = personsIn && typeof data === 'object' && data !== null ? personsIn(data) : {};
  return Object.keys(about).length > 0 ? { about } : {};
}

/** Turns effects into events. */
class Effects {
  private readonly made: NewEvent[] = [];
  private readonly deadlines: Map<string, string>;
  private readonly reaction: string;
  private commands = 0;
  private remembered: { state: unknown } | undefined;
  private ended = false;

  constructor(
    private readonly process: AnyProcess,
    private readonly instance: InstanceState,
    private readonly cause: Cause,
    private readonly moment: Moment,
  ) {
    this.reaction = reactionId(process.name, moment.instanceId, cause);
    this.deadlines = new Map(Object.entries(instance.deadlines).map(([name, { at }]) => [name, at]));
    if (cause.kind === 'deadline') this.deadlines.delete(cause.deadline);
  }

  events(effects: readonly Effect[]): NewEvent[] {
    for (const effect of effects) this.add(effect);
    if (this.ended) for (const deadline of [...this.deadlines.keys()]) this.cancel(deadline);
    return [this.reacted(), ...this.made];
  }

  private add(effect: Effect): void {
    switch (effect.kind) {
      case 'remember':
        this.remembered = { state: asJson(effect.state) };
        break;
      case 'dispatch':
        this.dispatch(effect.command.name, effect.fields);
        break;
      case 'set-deadline':
        this.set(effect.deadline, effect.at);
        break;
      case 'cancel-deadline':
        this.cancel(effect.deadline);
        break;
      case 'end':
        this.ended = true;
        break;
    }
  }

  private reacted(): NewEvent {
    const { considered, personsIn } = this.moment;
    // An instance that had ended and only sends something else after a refusal has still ended.
    const goesOn = this.cause.kind !== 'rejection' || this.instance.status !== 'ended' || this.remembered !== undefined || this.deadlines.size > 0;
    return event(ProcessReacted, {
      ...this.ofInstance(),
      cause: recordOf(this.cause),
      considered: this.cause.kind === 'event' ? this.cause.event.position : considered,
      status: goesOn && !this.ended ? 'running' : 'ended',
      ...(this.remembered && { ...aboutIn(this.remembered.state, personsIn), ...this.remembered }),
    });
  }

  private dispatch(command: string, given: object): void {
    const fields = asStored(given);
    const refusals = this.cause.kind === 'rejection' ? { refusals: this.cause.refusals } : {};
    this.made.push(event(CommandDispatched, { ...this.ofInstance(), commandId: commandIdOf(this.reaction, this.commands++), command, ...refusals, ...aboutIn(fields, this.moment.personsIn), fields }));
  }

  private set(deadline: string, given: string): void {
    const moment = new Date(given);
    if (Number.isNaN(moment.getTime())) throw new Error(`The deadline ${deadline} is set to "${given}", which is no moment; give one in ISO 8601.`);
    if (!this.process.reactionToDeadline(deadline)) throw new Error(`Process ${this.process.name} sets a deadline ${deadline} and has no onDeadline for it.`);
    const [at, formerAt] = [moment.toISOString(), this.deadlines.get(deadline)];
    if (at === formerAt) return;
    this.deadlines.set(deadline, at);
    this.made.push(event(DeadlineSet, { ...this.ofInstance(), deadline, at, ...(formerAt !== undefined && { formerAt }) }));
  }

  private cancel(deadline: string): void {
    const at = this.deadlines.get(deadline);
    if (at === undefined) return;
    this.deadlines.delete(deadline);
    this.made.push(event(DeadlineCancelled, { ...this.ofInstance(), deadline, at }));
  }

  private ofInstance() {
    return { process: this.process.name, instanceId: this.moment.instanceId };
  }
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The commands among the events of a reaction. */
export function dispatchedIn<E extends { type: string; data: object }>(events: readonly E[]): (E & { data: CommandDispatched })[] {
  return events.filter(({ type }) => type === DISPATCHED) as (E & { data: CommandDispatched })[];
}

const DISPATCHED = eventTypeOf(CommandDispatched).name;
