import { DomainEvent, Personal, Plain, type Class } from '../modelling/domain-event.js';
import type { Position } from '../ports/event-store.js';

// Names and fields of events are the storage format: changed only through an upcaster.
// They stand in the stream of the instance, `<process>-<instance>`, and are the whole of what it knew and did.

/** Ids of the persons whom something is about, by the names of the fields that hold them, such as `customerId`. */
export type About = Readonly<Record<string, string>>;

const ABOUT = { subject: 'about.*', optional: true };

/** What an instance reacted to. */
export type CauseRecord =
  | { kind: 'event'; id: string; type: string; position: Position }
  /** `set`: revision of the event that set it. */
  | { kind: 'deadline'; deadline: string; at: string; set: number }
  | { kind: 'rejection'; commandId: string };

/** A process is in force: it acts on what is recorded from here on. Stands in the stream `process-<name>`. */
@DomainEvent()
export class ProcessDeployed {
  @Plain() process!: string;
  /** It acts on events after this position. */
  after!: Position;
}

/** A process rests: it looks at nothing, reaches no deadline and sends no command until it is resumed. Stands in the stream `process-<name>`. */
@DomainEvent()
export class ProcessPaused {
  @Plain() process!: string;
}

/** It takes up what came meanwhile, and goes on. */
@DomainEvent()
export class ProcessResumed {
  @Plain() process!: string;
}

abstract class OfInstance {
  @Plain() process!: string;
  instanceId!: string;
}

/** An instance reacted; the events behind this one, up to the next cause, are what it did. */
@DomainEvent()
export class ProcessReacted extends OfInstance {
  @Plain() cause!: CauseRecord;
  /** All events about the instance up to here have been considered: none of them will be reacted to again. */
  considered!: Position;
  status!: 'running' | 'ended';
  about?: About;
  /** What it knows from now on, where that changed. */
  @Personal(ABOUT) state?: unknown;
}

/** Also says that a deadline was moved: `formerAt`. */
@DomainEvent()
export class DeadlineSet extends OfInstance {
  @Plain() deadline!: string;
  at!: string;
  formerAt?: string;
}

@DomainEvent()
export class DeadlineCancelled extends OfInstance {
  @Plain() deadline!: string;
  at!: string;
}

/** At the event's `occurredAt` somebody looked, and its moment had come. */
@DomainEvent()
export class DeadlineReached extends OfInstance {
  @Plain() deadline!: string;
  at!: string;
}

/** A command is to be sent. Events that it makes name this one as their cause. */
@DomainEvent()
export class CommandDispatched extends OfInstance {
  commandId!: string;
  @Plain() command!: string;
  /** How many refusals in a row led to it. */
  refusals?: number;
  about?: About;
  @Personal(ABOUT) fields!: object;
}

/** The command was sent and changed nothing, or was refused before and is done now. What makes events is told by these. */
@DomainEvent()
export class CommandHandled extends OfInstance {
  commandId!: string;
  @Plain() command!: string;
  /** How many events it made. */
  events!: number;
}

@DomainEvent()
export class CommandRejected extends OfInstance {
  commandId!: string;
  @Plain() command!: string;
  /** Code of the rejection, or `invalid-command`, or `command-failed`. */
  @Plain() code!: string;
  /** Whether the process has a reaction to it; otherwise somebody has to look at it. */
  handled!: boolean;
  about?: About;
  @Personal(ABOUT) message?: string;
}

/** The process cannot react to a cause: the instance waits, until a retry, with all that comes. */
@DomainEvent()
export class ProcessStuck extends OfInstance {
  @Plain() cause!: CauseRecord;
  @Plain() error!: string;
  /** Its deadlines, which wait too. */
  @Plain() deadlines!: readonly string[];
}

/** Somebody asked for a command that was refused to be sent again, or for a stuck instance to try again. */
@DomainEvent()
export class RetryRequested extends OfInstance {
  /** The command; absent: the instance. */
  commandId?: string;
}

/** A stuck instance goes on: it has reacted to all that waited. */
@DomainEvent()
export class ProcessReleased extends OfInstance {
  considered!: Position;
  @Plain() deadlines!: readonly string[];
}

/** Events of instances, in every process. */
export const instanceEvents: readonly Class[] = [
  ProcessReacted, DeadlineSet, DeadlineCancelled, DeadlineReached, CommandDispatched, CommandHandled, CommandRejected,
  ProcessStuck, RetryRequested, ProcessReleased,
];

export const processEvents: readonly Class[] = [ProcessDeployed, ProcessPaused, ProcessResumed, ...instanceEvents];
