import { following } from '../following.js';
import { eventTypeOf } from '../modelling/domain-event.js';
import type { AnyProcess } from '../modelling/process.js';
import { pause } from '../pause.js';
import type { EventPage, EventStore, Position, RecordedEvent } from '../ports/event-store.js';
import { partitionOf, type Partition } from '../reading/page-fold.js';
import type { Trouble } from '../reading/trouble.js';
import { errorFields, type Log, type Telemetry } from '../support.js';
import type { Checkpoints } from './checkpoints.js';
import { CommandDispatched, RetryRequested } from './events.js';
import { ReactionFailed } from './reacting.js';
import { Stopped, type Reactor } from './reactor.js';
import { instanceKey } from './views.js';

export interface FeedSurroundings {
  events: EventStore;
  checkpoints: Checkpoints;
  reactor: Reactor;
  log: Log;
  telemetry: Telemetry;
  /** Where it is said that processes are not fed. */
  outage: Trouble;
  /** Whether this process may act for the partition at this moment. */
  isOwner(): boolean;
  pageSize: number;
}

/** A process and how far it is. */
export interface Fed {
  process: AnyProcess;
  /** All events up to here have been considered. */
  after: Position;
  /** Why it is not fed: which instance an event is about cannot be told. */
  failure?: string;
}

/** Instances that react at once. */
const AT_ONCE = 64;
const LONGEST_PAUSE_MS = 5_000;
/** What was considered since is considered again after a crash, and found done. */
const CHECKPOINT_EVERY_MS = 500;

const DISPATCHED = eventTypeOf(CommandDispatched).name;
const RETRY = eventTypeOf(RetryRequested).name;

/** Gives processes the events that they react to, and has their commands sent: those of one partition of their instances. */
export class Feed {
  /** All events up to here have been considered, and the commands among them are handled or refused. */
  position: Position;
  trouble: string | undefined;
  private written: Position;
  private writtenAt = -Infinity;
  private readonly byType = new Map<string, Fed[]>();
  private readonly byName = new Map<string, Fed>();

  constructor(
    readonly fed: readonly Fed[],
    private readonly partition: Partition,
    private readonly around: FeedSurroundings,
  ) {
    this.position = this.written = Math.min(...fed.map(({ after }) => after));
    for (const each of fed) {
      this.byName.set(each.process.name, each);
      for (const { name } of each.process.eventTypes()) this.byType.set(name, [...(this.byType.get(name) ?? []), each]);
    }
  }

  /** Runs until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const filter = { types: [...this.byType.keys(), DISPATCHED, RETRY] };
    for (let failures = 0; !signal.aborted; ) {
      try {
        for await (const page of following(this.around.events, { after: this.position, filter, pageSize: this.around.pageSize, signal })) {
          await this.take(page);
          failures = 0;
          this.trouble = undefined;
          this.around.outage.ends(this);
        }
      } catch (error) {
        if (error instanceof Stopped || signal.aborted) break;
        this.around.outage.begins(this, error);
        this.trouble = errorFields(error).error;
        await pause(Math.min(LONGEST_PAUSE_MS, 50 * 2 ** failures++), signal);
      }
    }
    this.around.outage.ends(this);
    await this.checkpoint(true).catch((error: unknown) => this.around.log.warn(errorFields(error), 'how far processes are was not written'));
  }

  private async take(page: EventPage): Promise<void> {
    const sequences = [...this.sequencesOf(page.events).values()];
    let next = 0;
    const worker = async () => {
      while (next < sequences.length) for (const { fed, instanceId, event } of sequences[next++]!) await this.give(fed, instanceId, event);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, sequences.length) }, worker));
    this.position = page.position;
    await this.checkpoint(false);
  }

  /** What each instance gets of a page, in order. */
  private sequencesOf(events: readonly RecordedEvent[]): Map<string, Given[]> {
    const sequences = new Map<string, Given[]>();
    for (const event of events) {
      for (const { fed, instanceId } of this.instancesOf(event)) {
        const key = instanceKey({ process: fed.process.name, instanceId });
        if (partitionOf(key, this.partition.count) !== this.partition.index) continue;
        const sequence = sequences.get(key);
        if (sequence) sequence.push({ fed, instanceId, event });
        else sequences.set(key, [{ fed, instanceId, event }]);
      }
    }
    return sequences;
  }

  private instancesOf(event: RecordedEvent): { fed: Fed; instanceId: string }[] {
    if (event.type === DISPATCHED || event.type === RETRY) {
      const { process, instanceId } = event.data as CommandDispatched;
      const fed = this.byName.get(process);
      return fed && this.isFed(fed, event) ? [{ fed, instanceId }] : [];
    }
    return (this.byType.get(event.type) ?? []).filter((fed) => this.isFed(fed, event) && counts(fed.process, event)).flatMap((fed) => this.instancesIn(fed, event));
  }

  private isFed({ after, failure }: Fed, { position }: RecordedEvent): boolean {
    return failure === undefined && position > after;
  }

  private instancesIn(fed: Fed, event: RecordedEvent): { fed: Fed; instanceId: string }[] {
    try {
      return fed.process.instancesOf(event).map((instanceId) => ({ fed, instanceId }));
    } catch (error) {
      fed.failure = `It cannot be told which instance ${event.type} ${event.stream}@${event.revision} is about: ${errorFields(error).error}`;
      fed.after = event.position - 1;
      this.around.log.error({ process: fed.process.name, eventId: event.id, ...errorFields(error) }, 'a process stopped; others go on');
      return [];
    }
  }

  private async give({ process }: Fed, instanceId: string, event: RecordedEvent): Promise<void> {
    if (!this.around.isOwner()) throw new Stopped();
    const { reactor, telemetry } = this.around;
    if (event.type === DISPATCHED) return reactor.send(process, event as RecordedEvent<CommandDispatched>, event.position);
    if (event.type === RETRY) return this.retry(process, instanceId, event as RecordedEvent<RetryRequested>);
    const { events, repeated } = await reactor.react(process, { kind: 'event', event }, { instanceId, considered: event.position }, traceOf(event));
    if (events > 0 && !repeated) telemetry.processReacted(process.name, Date.now() - Date.parse(event.recordedAt));
  }

  /** Between two of its events, so that what waited is taken in order. */
  private async retry(process: AnyProcess, instanceId: string, request: RecordedEvent<RetryRequested>): Promise<void> {
    const { reactor, log } = this.around;
    if (request.data.commandId !== undefined) return reactor.sendAgain(process, instanceId, request.data.commandId, request.position);
    const { state: { stuck, considered, deadlines } } = await reactor.instance(process, instanceId);
    if (!stuck) return;
    try {
      const where = { instanceId, considered, retrying: true };
      const due = stuck.kind === 'deadline' ? deadlines[stuck.deadline] : undefined;
      if (stuck.kind === 'deadline' && due) await reactor.react(process, { kind: 'deadline', deadline: stuck.deadline, ...due }, where, traceOf(request));
      for await (const event of this.waiting(process, instanceId, considered, request.position)) await reactor.react(process, { kind: 'event', event }, where, traceOf(event));
      await reactor.release(process, instanceId, request.position, traceOf(request));
    } catch (error) {
      if (!(error instanceof ReactionFailed)) throw error;
      log.warn({ process: process.name, instanceId, ...errorFields(error) }, 'a process still cannot react');
    }
  }

  /** Events about an instance that it has not considered. */
  private async *waiting(process: AnyProcess, instanceId: string, after: Position, until: Position): AsyncIterable<RecordedEvent> {
    const filter = { types: process.eventTypes().map(({ name }) => name) };
    for await (const page of this.around.events.readAll({ after, until, filter, pageSize: this.around.pageSize })) {
      yield* page.events.filter((event) => counts(process, event) && process.instancesOf(event).includes(instanceId));
    }
  }

  private async checkpoint(always: boolean): Promise<void> {
    const now = performance.now();
    if (this.position === this.written || !this.around.isOwner() || (!always && now - this.writtenAt < CHECKPOINT_EVERY_MS)) return;
    await this.around.checkpoints.move(this.fed.filter(({ failure, after }) => failure === undefined && after <= this.position).map(({ process }) => process), this.partition, this.position);
    this.written = this.position;
    this.writtenAt = now;
  }
}

interface Given {
  fed: Fed;
  instanceId: string;
  event: RecordedEvent;
}

/** What an import tells of is history, unless the process asks for it. */
const counts = ({ options: { imported = false } }: AnyProcess, { metadata: { source } }: RecordedEvent): boolean => imported || !source.startsWith('import:');

const traceOf = ({ id, metadata: { correlationId, depth = 0 } }: RecordedEvent) => ({ causationId: id, correlationId, depth });
