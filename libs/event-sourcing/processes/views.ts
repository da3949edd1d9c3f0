import { View, type AnyView } from '../modelling/view.js';
import type { RecordedEvent } from '../ports/event-store.js';
import {
  CommandHandled, CommandRejected, DeadlineCancelled, DeadlineReached, DeadlineSet, ProcessReacted, ProcessReleased, ProcessStuck,
} from './events.js';

export const DEADLINES = 'process_deadlines';
export const INSTANCES = 'process_instances';

/** A deadline that is set. */
export interface DeadlineRow {
  process: string;
  instanceId: string;
  deadline: string;
  at: string;
  /** Revision of the event that set it. */
  set: number;
  /** The event that set it, and the conversation that it belongs to. */
  cause: { causationId: string; correlationId: string; depth?: number };
  /** Its instance is stuck. */
  waits: boolean;
}

/** An instance of a process. */
export interface InstanceRow {
  process: string;
  instanceId: string;
  status: 'running' | 'ended';
  startedAt: string;
  reactedAt: string;
  /** Why it waits for a retry. */
  stuck?: { error: string; since: string };
  /** Commands that were refused and not looked after. */
  rejected: readonly { commandId: string; command: string; code: string; at: string }[];
  /** Whether somebody has to look at it. */
  attention: boolean;
}

interface OfInstance {
  process: string;
  instanceId: string;
}

export const instanceKey = ({ process, instanceId }: OfInstance): string => `${process}-${instanceId}`;
const keyOfDeadline = (data: OfInstance, deadline: string) => `${instanceKey(data)}/${deadline}`;
const deadlineKey = ({ data }: RecordedEvent<OfInstance & { deadline: string }>) => keyOfDeadline(data, data.deadline);
const deadlineKeys = ({ data }: RecordedEvent<OfInstance & { deadlines: readonly string[] }>) => data.deadlines.map((deadline) => keyOfDeadline(data, deadline));

const waiting = (waits: boolean) => (row: DeadlineRow | undefined) => row && { ...row, waits };

/** Where to look for what is due. What counts is in the streams of the instances. */
const deadlines = View.define<DeadlineRow>(DEADLINES, { version: 2, summary: 'Deadlines of processes that are set', internal: true, indexes: [{ waits: 1, at: 1, set: 1 }, { process: 1, at: 1 }] })
  .on(DeadlineSet, deadlineKey, (_, { id, data: { process, instanceId, deadline, at }, revision, occurredAt, metadata: { correlationId, depth } }) => ({
    process, instanceId, deadline, at, set: revision, waits: false,
    // Time that passes breaks a chain of causes; a deadline that is due when it is set is a link of it.
    cause: { causationId: id, correlationId, ...(depth !== undefined && at <= occurredAt && { depth }) },
  }))
  .on(DeadlineCancelled, deadlineKey, () => undefined)
  .on(DeadlineReached, deadlineKey, () => undefined)
  .on(ProcessStuck, deadlineKeys, waiting(true))
  .on(ProcessReleased, deadlineKeys, waiting(false));

const told = (row: InstanceRow): InstanceRow => ({ ...row, attention: row.stuck !== undefined || row.rejected.length > 0 });

/** A fold of an event that only an instance that has reacted can have. */
const of = <E extends OfInstance>(change: (row: InstanceRow, event: RecordedEvent<E>) => InstanceRow) => (row: InstanceRow | undefined, event: RecordedEvent<E>): InstanceRow => {
  const { process, instanceId } = event.data;
  // It may be stuck at what would have started it.
  return told(change(row ?? { process, instanceId, status: 'running', startedAt: event.occurredAt, reactedAt: event.occurredAt, rejected: [], attention: false }, event));
};

const instances = View.define<InstanceRow>(INSTANCES, { version: 1, summary: 'Instances of processes', internal: true, indexes: [{ process: 1, status: 1 }, { attention: 1, process: 1 }] })
  .key(({ data }) => instanceKey(data as unknown as OfInstance))
  .on(ProcessReacted, of((row, { data: { status }, occurredAt }) => ({ ...row, status, reactedAt: occurredAt, startedAt: row.status === 'ended' && status === 'running' ? occurredAt : row.startedAt })))
  .on(ProcessStuck, of((row, { data: { error }, occurredAt }) => ({ ...row, stuck: { error, since: occurredAt } })))
  .on(ProcessReleased, of(({ stuck: _, ...row }) => row))
  .on(CommandRejected, of((row, { data: { commandId, command, code, handled }, occurredAt }) => (
    handled ? row : { ...row, rejected: [...row.rejected.filter((each) => each.commandId !== commandId), { commandId, command, code, at: occurredAt }] })))
  .on(CommandHandled, of((row, { data: { commandId } }) => ({ ...row, rejected: row.rejected.filter((each) => each.commandId !== commandId) })));

/** Fed where there are processes. */
export const processViews: readonly AnyView[] = [deadlines, instances];
