import { aggregate, type Aggregate } from '../modelling/aggregate.js';
import type { AnyProcess } from '../modelling/process.js';
import { BEGINNING, type Position } from '../ports/event-store.js';
import {
  CommandDispatched, CommandHandled, CommandRejected, DeadlineCancelled, DeadlineReached, DeadlineSet, ProcessReacted,
  ProcessReleased, ProcessStuck, RetryRequested, type CauseRecord,
} from './events.js';

/** An instance of a process, folded from its stream. */
export interface InstanceState {
  status: 'none' | 'running' | 'ended';
  /** What the process knows. */
  state: unknown;
  /** Events up to here have been considered. */
  considered: Position;
  /** By their names; `set`: revision of the event that set it. */
  deadlines: Readonly<Record<string, { at: string; set: number }>>;
  /** Commands that were refused and that nobody has looked after, and their causes. */
  rejected: Readonly<Record<string, string>>;
  /** What it could not react to; it waits. */
  stuck?: CauseRecord;
  /** What it knew was about a person who is erased. */
  forgotten?: true;
}

const aggregates = new WeakMap<AnyProcess, Aggregate<string, InstanceState>>();

/** The aggregate that instances of a process are. */
export function aggregateOf(process: AnyProcess): Aggregate<string, InstanceState> {
  const known = aggregates.get(process) ?? aggregateFor(process);
  aggregates.set(process, known);
  return known;
}

function aggregateFor({ name, initial }: AnyProcess): Aggregate<string, InstanceState> {
  const none: InstanceState = { status: 'none', state: initial, considered: BEGINNING, deadlines: {}, rejected: {} };
  return aggregate<string, InstanceState>(name, none)
    .on(ProcessReacted, ({ forgotten, ...instance }, reacted) => {
      const considered = Math.max(instance.considered, reacted.considered);
      if (reacted.about && !('state' in reacted)) return { ...instance, considered, status: 'ended', state: initial, forgotten: true };
      // Whoever starts anew knows nothing of what was before.
      const startsAnew = instance.status !== 'running' && reacted.cause.kind === 'event';
      const state = 'state' in reacted ? reacted.state : startsAnew ? initial : instance.state;
      return { ...instance, considered, status: reacted.status, state, ...(forgotten && !startsAnew && { forgotten }) };
    })
    .on(DeadlineSet, (instance, { deadline, at }, { revision }) => ({ ...instance, deadlines: { ...instance.deadlines, [deadline]: { at, set: revision } } }))
    .on(DeadlineCancelled, withoutDeadline)
    .on(DeadlineReached, withoutDeadline)
    .on(CommandDispatched, (instance) => instance)
    .on(CommandHandled, (instance, { commandId }) => ({ ...instance, rejected: without(instance.rejected, commandId) }))
    .on(CommandRejected, (instance, { commandId, command, handled }) => (handled ? instance : { ...instance, rejected: { ...instance.rejected, [commandId]: command } }))
    .on(ProcessStuck, (instance, { cause }) => ({ ...instance, stuck: cause }))
    .on(RetryRequested, (instance) => instance)
    .on(ProcessReleased, ({ stuck: _, ...instance }, { considered }) => ({ ...instance, considered: Math.max(instance.considered, considered) }));
}

function withoutDeadline(instance: InstanceState, { deadline }: { deadline: string }): InstanceState {
  return { ...instance, deadlines: without(instance.deadlines, deadline) };
}

function without<Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  const { [key]: _, ...rest } = record;
  return rest;
}
