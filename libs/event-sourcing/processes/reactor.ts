import { randomUUID } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import type { Decision } from '../modelling/command.js';
import { event, eventTypeOf, type NewEvent } from '../modelling/domain-event.js';
import type { AnyProcess } from '../modelling/process.js';
import { Rejection } from '../modelling/rejection.js';
import { pause } from '../pause.js';
import type { Document, Filter } from '../ports/document-store.js';
import { StoreUnavailable, type EventStore, type Position, type RecordedEvent } from '../ports/event-store.js';
import { errorFields, type Log, type Telemetry } from '../support.js';
import type { Aggregates, CommandResult } from '../writing/aggregates.js';
import { withContext, type ResolvedContext } from '../writing/command-context.js';
import type { Commands } from '../writing/commands.js';
import { uuidV5 } from '../writing/uuid-v5.js';
import { ConcurrencyConflict, InvalidCommand } from '../writing/errors.js';
import type { View } from '../modelling/view.js';
import { CommandHandled, CommandRejected, ProcessReleased, type About, type CommandDispatched } from './events.js';
import { aggregateOf, type InstanceState } from './instance.js';
import { abandonedOf, dispatchedIn, reactionId, ReactionFailed, reactionOf, stuckOf, type Cause, type Moment } from './reacting.js';

export interface ReactorSurroundings {
  events: EventStore;
  aggregates: Aggregates;
  commands: Commands;
  log: Log;
  telemetry: Telemetry;
  personsIn?: (data: object) => About;
  /** How many commands of processes may lead to one another. */
  maxDepth: number;
  /** Rows of a view that holds everything up to the position. @throws Error it does not in time. */
  rowsOf(view: string, filter: Filter, position: Position): Promise<Document[]>;
}

/** What led to a cause, for the metadata of what follows. */
export interface Trace {
  causationId: string;
  correlationId: string;
  /** How many commands of processes led to it. */
  depth?: number;
}

/** Where an instance reacts; the engine adds the moment. */
export type Where = Omit<Moment, 'now' | 'personsIn'>;

const LONGEST_PAUSE_MS = 5_000;
/** A process that answers refusals with what is refused again must not go on for ever. */
const REFUSALS_IN_A_ROW = 10;

/** Code of the refusal of a command that too many commands of processes have led to. */
export const TOO_DEEP = 'causation-too-deep';

/** Not sent by anybody: an instance reacts. */
class React {
  [id: `${string}Id`]: string;
}

/**
 * Has instances of processes react to causes, and sends the commands that they recorded. A reaction is appended to the
 * stream of the instance, at the revision that it was decided on; the feed meets its commands there. Whatever is done
 * again is found done: nothing happens twice, whoever does it and wherever it was interrupted.
 */
export class Reactor {
  constructor(
    private readonly around: ReactorSurroundings,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws Stopped @throws ReactionFailed only where the instance is retrying; otherwise it waits from now on. */
  async react(process: AnyProcess, cause: Cause, where: Where, trace: Trace): Promise<CommandResult> {
    const { instanceId } = where;
    const id = reactionId(process.name, instanceId, cause);
    const at = (now: string): Moment => ({ ...where, now, ...(this.around.personsIn && { personsIn: this.around.personsIn }) });
    try {
      const known = await this.withFound(process, cause, instanceId);
      return await this.handle(process, instanceId, id, trace, (instance, now) => reactionOf(process, instance, known, at(now)));
    } catch (error) {
      // What is to be recorded is about a person who is erased.
      if (error instanceof Rejection) return this.handle(process, instanceId, id, trace, (instance, now) => abandonedOf(process, instance, cause, at(now)));
      if (!(error instanceof ReactionFailed) || where.retrying) throw error;
      this.around.log.error({ process: process.name, instanceId, ...errorFields(error) }, 'a process cannot react and waits for a retry; others go on');
      return this.handle(process, instanceId, randomUUID(), trace, (instance, now) => stuckOf(process, instance, cause, at(now), error.message));
    }
  }

  /** Sends a command that an instance recorded, unless that was done before. */
  async send(process: AnyProcess, sent: RecordedEvent<CommandDispatched>, considered: Position): Promise<void> {
    const after = await this.eventsOf(process, sent.data.instanceId, sent.revision + 1);
    if (!after.some((event) => settles(event, sent.data.commandId))) await this.dispatch(process, sent, considered, false);
  }

  /** Sends a command again that was refused. */
  async sendAgain(process: AnyProcess, instanceId: string, commandId: string, considered: Position): Promise<void> {
    if (!(commandId in (await this.instance(process, instanceId)).state.rejected)) return;
    const sent = dispatchedIn(await this.eventsOf(process, instanceId, 0)).find(({ data }) => data.commandId === commandId);
    if (sent) await this.dispatch(process, sent, considered, true);
  }

  /** Lets a stuck instance go on that has reacted to all that waited, up to the position. */
  async release(process: AnyProcess, instanceId: string, considered: Position, trace: Trace): Promise<void> {
    await this.handle(process, instanceId, randomUUID(), trace, ({ stuck, deadlines }) =>
      stuck ? [event(ProcessReleased, { process: process.name, instanceId, considered, deadlines: Object.keys(deadlines) })] : [],
    );
  }

  instance(process: AnyProcess, instanceId: string): Promise<{ state: InstanceState; revision: number; position: Position }> {
    return this.patiently(() => this.around.aggregates.state(aggregateOf(process), instanceId));
  }

  /** The cause with what the process looks for in views. */
  private async withFound(process: AnyProcess, cause: Cause, instanceId: string): Promise<Cause> {
    const look = cause.kind === 'event' ? process.reactionTo(cause.event.type)?.look : undefined;
    if (cause.kind !== 'event' || !look) return cause;
    const find = (view: View<object>, filter: Filter) => this.patiently(() => this.around.rowsOf(view.name, filter, cause.event.position));
    try {
      return { ...cause, found: await look(cause.event as never, find as never) };
    } catch (error) {
      if (error instanceof Stopped) throw error;
      throw new ReactionFailed(process.name, instanceId, error);
    }
  }

  private async dispatch(process: AnyProcess, sent: RecordedEvent<CommandDispatched>, considered: Position, again: boolean): Promise<void> {
    const { id, metadata: { correlationId, depth = 0 }, data: { instanceId, commandId, command, fields, refusals = 0 } } = sent;
    const trace = { causationId: id, correlationId, depth };
    // Somebody who asks for another try takes it upon them: from there it is counted anew.
    const nextDepth = again ? 1 : depth + 1;
    try {
      if (nextDepth > this.around.maxDepth) throw tooDeep(command, this.around.maxDepth);
      const { events, repeated } = await this.execute(process, sent, nextDepth);
      // That nothing changed is told by no event, and must not be found changed later.
      if ((events === 0 && !repeated) || again) await this.handled(process, { instanceId, commandId, command, events }, trace);
    } catch (error) {
      if (error instanceof Stopped) throw error;
      const refusal = refusalOf(error);
      this.around.log.warn({ process: process.name, instanceId, command, commandId, code: refusal.code, ...errorFields(error) }, 'a command of a process was refused');
      const cause: Cause = { kind: 'rejection', commandId, command, fields: fields ?? {}, refusals: refusals + 1, ...refusal };
      await this.react(process, cause, { instanceId, considered, silent: refusals >= REFUSALS_IN_A_ROW || refusal.code === TOO_DEEP }, trace);
    }
  }

  private async execute(process: AnyProcess, { id, data, metadata }: RecordedEvent<CommandDispatched>, depth: number): Promise<CommandResult> {
    const { commands } = this.around;
    const decision = commands.byName(data.command);
    if (!decision) throw new Rejection('not-found', 'unknown-command', `This program has no command ${data.command} any more.`);
    if (data.fields === undefined) throw new Rejection('wrong-state', 'person-erased', 'What the command said was about a person who is erased.');
    const fields = { [decision.idField]: data.commandId, ...data.fields };
    const context = { commandId: data.commandId, correlationId: metadata.correlationId, causationId: id, depth, ...actorOf(process) };
    return this.patiently(() => commands.executeOwn(withContext(plainToInstance(decision.command as new () => object, fields), context)));
  }

  private async handled(process: AnyProcess, done: Omit<CommandHandled, 'process'>, trace: Trace): Promise<void> {
    await this.handle(process, done.instanceId, uuidV5('handled', done.commandId), trace, () => [event(CommandHandled, { process: process.name, ...done })]);
  }

  private handle(process: AnyProcess, instanceId: string, commandId: string, trace: Trace, decide: (instance: InstanceState, now: string) => NewEvent[]): Promise<CommandResult> {
    const idField = `${process.name}Id`;
    const decision: Decision<React, InstanceState> = { command: React, aggregate: aggregateOf(process), decide: (_, instance, { now }) => decide(instance, now), options: {}, idField };
    const context: ResolvedContext = { commandId, idGiven: true, ...trace, ...actorOf(process) };
    return this.patiently(() => this.around.aggregates.handle(decision, Object.assign(new React(), { [idField]: instanceId }), context));
  }

  private async eventsOf(process: AnyProcess, instanceId: string, from: number): Promise<RecordedEvent[]> {
    return this.patiently(async () => {
      const events: RecordedEvent[] = [];
      for await (const page of this.around.events.readStream(process.streamOf(instanceId), { from })) events.push(...page);
      return events;
    });
  }

  /** Tries again what failed because of a store or of others at the same aggregate. */
  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof StoreUnavailable || error instanceof ConcurrencyConflict)) throw error;
        if (failures === 0) this.around.log.warn(errorFields(error), 'a process waits for a store');
        await pause(Math.min(LONGEST_PAUSE_MS, 50 * 2 ** failures), this.signal);
        if (this.signal.aborted) throw new Stopped();
      }
    }
  }
}

/** This process ends; what was under way is taken up by whoever comes next. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

const tooDeep = (command: string, most: number) => new Rejection('wrong-state', TOO_DEEP,
  `${command} was not sent: ${most} commands of processes led to it, one by the other, so they probably answer each other without end. Correct them, and ask for it to be sent again.`);

const actorOf = ({ name }: AnyProcess) => ({ actor: `process:${name}`, source: `process:${name}` });

const SETTLING = [eventTypeOf(CommandHandled).name, eventTypeOf(CommandRejected).name];

const settles = ({ type, data }: RecordedEvent, commandId: string): boolean => SETTLING.includes(type) && (data as CommandHandled).commandId === commandId;

function refusalOf(error: unknown): { code: string; message: string } {
  const code = error instanceof Rejection ? error.code : error instanceof InvalidCommand ? 'invalid-command' : 'command-failed';
  return { code, message: errorFields(error).error };
}
