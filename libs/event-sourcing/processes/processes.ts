import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { event, type NewEvent } from '../modelling/domain-event.js';
import type { Decision } from '../modelling/command.js';
import type { AnyProcess } from '../modelling/process.js';
import { notFound, wrongState } from '../modelling/rejection.js';
import type { Document, DocumentStore, Filter } from '../ports/document-store.js';
import { BEGINNING, type EventStore, type Position } from '../ports/event-store.js';
import type { Projector, ProjectorOptions } from '../reading/projector.js';
import type { Clock, Log, Telemetry } from '../support.js';
import type { Aggregates } from '../writing/aggregates.js';
import type { CommandContext } from '../writing/command-context.js';
import type { Commands } from '../writing/commands.js';
import { Checkpoints, PROCESS_CHECKPOINTS } from './checkpoints.js';
import { DeadlineTimer } from './deadline-timer.js';
import { ProcessPaused, ProcessResumed, RetryRequested, type About } from './events.js';
import { aggregateOf, type InstanceState } from './instance.js';
import { Parts } from './parts.js';
import { Deployment, Pauses, type DeploymentState } from './pauses.js';
import { Reactor, TOO_DEEP } from './reactor.js';
import { DEADLINES, instanceKey, INSTANCES, type DeadlineRow, type InstanceRow } from './views.js';

export interface ProcessesOptions {
  /** Of something's data, the ids of persons whom it is about, by their fields: what a process knows of them is sealed for them. Default: of nobody. */
  personsIn?: (data: object) => About;
  /** How many commands of processes may lead to one another before the next one is refused with `causation-too-deep`. Default 32. */
  maxDepth?: number;
}

export interface ProcessesSurroundings extends ProcessesOptions {
  events: EventStore;
  documents: DocumentStore;
  aggregates: Aggregates;
  commands: Commands;
  projector: Projector;
  clock: Clock;
  log: Log;
  telemetry: Telemetry;
  /** How the work on views is divided: that on processes is divided alike. */
  division: Pick<ProjectorOptions, 'partitions' | 'pageSize' | 'shared'>;
}

/** How a process is. */
export interface ProcessStatus {
  process: string;
  summary?: string;
  /** Events up to here were considered. */
  position: Position;
  running: number;
  ended: number;
  /** Instances that are stuck or have a command that was refused. */
  attention: number;
  /** Deadlines that are set. */
  deadlines: number;
  nextDeadline?: string;
  /** Since when it rests. */
  pausedSince?: string;
  /** Instances with a command that was not sent, because processes answer each other without end. */
  stopped?: number;
  /** Why it is not fed at the moment. */
  failure?: string;
}

const WAIT_MS = 10_000;
const LOOK_MS = 5;
const MAX_DEPTH = 32;

/** Runs the processes: their instances are divided among the programs that use the same stores. */
export class Processes {
  private readonly checkpoints: Checkpoints;
  private readonly parts: Parts;
  private readonly pauses: Pauses;
  private readonly stopping = new AbortController();
  private readonly timer: DeadlineTimer;
  private readonly reactor: Reactor;
  private running: Promise<unknown> | undefined;

  constructor(
    readonly declared: readonly AnyProcess[],
    private readonly around: ProcessesSurroundings,
  ) {
    const { events, documents, clock } = around;
    // Each instance that waits for a store listens to the end.
    setMaxListeners(0, this.stopping.signal);
    this.checkpoints = new Checkpoints(events, documents, clock);
    this.reactor = new Reactor({ maxDepth: MAX_DEPTH, ...around, rowsOf: (view, filter, position) => this.rowsOf(view, filter, position) }, this.stopping.signal);
    this.pauses = new Pauses(around);
    this.timer = new DeadlineTimer({ ...around, reactor: this.reactor, fedHere: (row) => this.fedHere(row) });
    this.parts = new Parts(declared, { ...around, checkpoints: this.checkpoints, reactor: this.reactor, pauses: this.pauses }, this.stopping.signal);
  }

  /** Begins to react, from where each process stood; one that is new is in force from here on. The engine must have been started. */
  async start(): Promise<void> {
    if (this.declared.length === 0 || this.running) return;
    await this.around.documents.ensureCollection(PROCESS_CHECKPOINTS, [{ process: 1 }]);
    const deployed = new Map<string, Position>();
    for (const process of this.declared) deployed.set(process.name, await this.checkpoints.deploy(process));
    await this.pauses.load([...deployed.keys()]);
    await this.parts.start(deployed);
    const { signal } = this.stopping;
    this.running = Promise.all([this.timer.run(signal), this.parts.run(), this.pauses.follow(signal, (resumed) => this.parts.reopen(resumed))]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.parts.stop();
  }

  get isRunning(): boolean {
    return this.running !== undefined && !this.stopping.signal.aborted;
  }

  /** Whether what has this name is for this program to do now: every name is so for one of those that run. */
  owns(name: string): boolean {
    return this.isRunning && this.parts.feedsOf(name).length > 0;
  }

  /** @throws Rejection `process-not-found` */
  get(name: string): AnyProcess {
    const found = this.declared.find((process) => process.name === name);
    if (!found) throw notFound('process-not-found', `There is no process ${name}. Processes: ${this.declared.map((each) => each.name).join(', ') || 'none'}.`);
    return found;
  }

  async status(): Promise<ProcessStatus[]> {
    return Promise.all(this.declared.map(async ({ name: process, options: { summary } }) => {
      const { pausedSince } = await this.pauses.of(process);
      const count = (view: string, filter: Filter) => this.count(view, { process, ...filter });
      const [running, ended, attention, deadlines] = await Promise.all([count(INSTANCES, { status: 'running' }), count(INSTANCES, { status: 'ended' }), count(INSTANCES, { attention: true }), count(DEADLINES, {})]);
      const stopped = attention === 0 ? 0 : await count(INSTANCES, { attention: true, 'rejected.code': TOO_DEEP });
      const [next] = await this.deadlines({ process, limit: 1 });
      const failure = this.failureOf(process);
      return { process, ...(summary !== undefined && { summary }), position: await this.positionOf(process), running, ended, attention, deadlines, ...(next && { nextDeadline: next.at }), ...(pausedSince !== undefined && { pausedSince }), ...(stopped > 0 && { stopped }), ...(failure !== undefined && { failure }) };
    }));
  }

  /** Deadlines that are set, the next one first. */
  async deadlines({ process, limit = 100 }: { process?: string; limit?: number } = {}): Promise<DeadlineRow[]> {
    return this.find<DeadlineRow>(DEADLINES, { ...(process !== undefined && { process }) }, { at: 1 }, limit);
  }

  /** Instances that are stuck or have a command that was refused, or all of them. */
  async instances({ process, attention, limit = 100 }: { process?: string; attention?: boolean; limit?: number } = {}): Promise<InstanceRow[]> {
    return this.find<InstanceRow>(INSTANCES, { ...(process !== undefined && { process }), ...(attention !== undefined && { attention }) }, { _id: 1 }, limit);
  }

  /**
   * Has a process rest, in every program: it looks at nothing, reaches no deadline and sends no command. It is recorded,
   * and holds until it is resumed.
   * @throws Rejection there is no such process, or it never ran.
   */
  pause(name: string, context: CommandContext = {}): Promise<void> {
    return this.change(name, new PauseProcess(), (state) => (state.pausedSince === undefined ? event(ProcessPaused, { process: name }) : []), context);
  }

  /** Has a process take up what came while it rested: what is due by then is reached at once. See {@link pause}. */
  resume(name: string, context: CommandContext = {}): Promise<void> {
    return this.change(name, new ResumeProcess(), (state) => (state.pausedSince === undefined ? [] : event(ProcessResumed, { process: name })), context);
  }

  /** Resolves once it holds in this program, if this one runs processes. */
  private async change(name: string, command: PauseProcess | ResumeProcess, decide: (state: DeploymentState) => NewEvent | NewEvent[], context: CommandContext): Promise<void> {
    const { name: processId } = this.get(name);
    const decided = (_: object, state: DeploymentState) => {
      if (!state.deployed) throw wrongState('process-not-deployed', `The process ${name} has not run yet; start a server with it first.`);
      return decide(state);
    };
    const decision: Decision<object, DeploymentState> = { command: command.constructor as never, aggregate: Deployment, decide: decided, options: {}, idField: 'processId' };
    const id = context.commandId ?? randomUUID();
    const { position } = await this.around.aggregates.handle(decision, Object.assign(command, { processId }), { correlationId: id, actor: 'system', source: 'library', ...context, commandId: id, idGiven: true });
    const end = performance.now() + WAIT_MS;
    while (this.isRunning && this.pauses.position < position && performance.now() < end) await delay(LOOK_MS);
  }

  /**
   * Asks for a stuck instance to try again, or for a command that was refused to be sent again. It is recorded, and done
   * by whichever program has the instance.
   * @returns whether that was done by now: not where no program runs processes. What came of it is told by `instances`.
   * @throws Rejection there is no such process, or nothing to try again.
   */
  async retry(processName: string, instanceId: string, commandId?: string, context: CommandContext = {}): Promise<boolean> {
    const process = this.get(processName);
    const decide = ({ stuck, rejected }: InstanceState): NewEvent => {
      if (commandId === undefined ? !stuck : !(commandId in rejected)) throw wrongState('nothing-to-retry', commandId === undefined ? `${process.streamOf(instanceId)} is not stuck.` : `${process.streamOf(instanceId)} has no refused command ${commandId}.`);
      return event(RetryRequested, { process: process.name, instanceId, ...(commandId !== undefined && { commandId }) });
    };
    const idField = `${process.name}Id`;
    const decision: Decision<Retry, InstanceState> = { command: Retry, aggregate: aggregateOf(process), decide: (_, instance) => decide(instance), options: {}, idField };
    const id = context.commandId ?? randomUUID();
    const { position } = await this.around.aggregates.handle(decision, Object.assign(new Retry(), { [idField]: instanceId }), { correlationId: id, actor: 'system', source: 'library', ...context, commandId: id, idGiven: true });
    return this.reaches(process.name, position);
  }

  /**
   * Resolves when processes have reacted to the whole log, their commands are handled and nothing is due: for tests and
   * simulations, where this program has all instances.
   * @throws Error it takes longer than the time.
   */
  async settled(timeoutMs = 60_000): Promise<void> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const head = await this.around.events.head();
      while (this.parts.feeds().some(({ position }) => position < head)) {
        if (performance.now() > end) throw new Error(`Processes have not settled within ${timeoutMs} ms.${this.trouble()}`);
        await delay(1);
      }
      await this.around.projector.reaches(DEADLINES, head, Math.max(1, end - performance.now()));
      if ((await this.timer.look()) === 0 && (await this.around.events.head()) === head) return;
    }
  }

  private trouble(): string {
    const trouble = this.timer.trouble ?? this.parts.feeds().find((feed) => feed.trouble !== undefined)?.trouble;
    return trouble === undefined ? '' : ` ${trouble}`;
  }

  private failureOf(process: string): string | undefined {
    for (const { fed, trouble } of this.parts.feeds()) {
      const failure = fed.find((each) => each.process.name === process)?.failure;
      if (failure !== undefined || trouble !== undefined) return failure ?? trouble;
    }
    return this.timer.trouble;
  }

  /** How far a process is in all its parts, here or elsewhere. */
  private async positionOf(process: string): Promise<Position> {
    const here = this.parts.feeds().filter(({ fed }) => fed.some((each) => each.process.name === process));
    if (here.length === this.parts.count) return Math.min(...here.map(({ position }) => position));
    const stored = (await this.around.documents.find(PROCESS_CHECKPOINTS, { filter: { process, count: this.parts.count } })) as unknown as { position: Position }[];
    return stored.length < this.parts.count ? BEGINNING : Math.min(...stored.map(({ position }) => position));
  }

  /** Whether everything up to the position was considered, after some time at most. */
  private async reaches(process: string, position: Position): Promise<boolean> {
    const end = performance.now() + WAIT_MS;
    while ((this.isRunning || this.parts.areShared) && performance.now() < end) {
      if ((await this.positionOf(process)) >= position) return this.around.projector.reaches(INSTANCES, await this.around.events.head(), WAIT_MS);
      await delay(LOOK_MS);
    }
    return false;
  }

  private async find<Row>(view: string, filter: Filter, sort: Record<string, 1>, limit: number): Promise<Row[]> {
    const collection = this.around.projector.get(view).answering;
    if (collection === undefined) return [];
    return (await this.around.documents.find(collection, { filter, sort, limit })).map(({ _id, ...row }) => row as Row);
  }

  private async rowsOf(view: string, filter: Filter, position: Position): Promise<Document[]> {
    const { projector, documents } = this.around;
    const collection = (await projector.reaches(view, position, WAIT_MS)) ? projector.get(view).answering : undefined;
    if (collection === undefined) throw new Error(`The view ${view} does not hold the event yet; see how it is, and retry.`);
    return documents.find(collection, { filter, sort: { _id: 1 } });
  }

  private async count(view: string, filter: Filter): Promise<number> {
    const collection = this.around.projector.get(view).answering;
    return collection === undefined ? 0 : this.around.documents.count(collection, filter);
  }

  private fedHere(row: DeadlineRow): { process: AnyProcess; position: Position } | undefined {
    const feed = this.parts.feedsOf(instanceKey(row)).find(({ fed }) => fed.some(({ process, failure }) => process.name === row.process && failure === undefined));
    return feed && { process: this.get(row.process), position: feed.position };
  }
}

class PauseProcess {
  processId!: string;
}

class ResumeProcess {
  processId!: string;
}

/** Somebody asks for another try. */
class Retry {
  [id: `${string}Id`]: string;
}
