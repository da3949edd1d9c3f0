import type { Aggregate } from './modelling/aggregate.js';
import type { Authority } from './modelling/authority.js';
import type { Context } from './modelling/context.js';
import type { Class } from './modelling/domain-event.js';
import type { AnyProcess } from './modelling/process.js';
import type { AnyView } from './modelling/view.js';
import { EventTypes, withUpcasting } from './modelling/event-types.js';
import { withdrawals } from './modelling/withdrawal.js';
import type { DocumentStore } from './ports/document-store.js';
import type { EventStore, Position } from './ports/event-store.js';
import { Analyses, WholeViews } from './reading/analyses/index.js';
import { GuardedViews, type Views } from './reading/guarded-views.js';
import { Policies } from './reading/policies/policies.js';
import { policyVersionsOf, POLICY_VERSIONS, type PolicyVersionRow } from './reading/policies/policy-versions.js';
import { Projector, type ProjectorOptions } from './reading/projector.js';
import { FewEvents } from './reading/moments/few-events.js';
import { MomentCollections } from './reading/moments/moment-collections.js';
import { MomentRows } from './reading/moments/moment-rows.js';
import { refuseFuture, type Moment } from './reading/moments/moment.js';
import { pastAggregate, type PastAggregate } from './reading/moments/past-aggregate.js';
import { keysRecorded, TRAILS, trailsOf } from './reading/moments/trails.js';
import { processEvents } from './processes/events.js';
import { aggregateOf } from './processes/instance.js';
import { Deployment } from './processes/pauses.js';
import { Processes, type ProcessesOptions } from './processes/processes.js';
import { processViews } from './processes/views.js';
import { DocumentHistories } from './reading/interpreting/document-histories.js';
import { Readings } from './reading/interpreting/readings.js';
import { ViewQueries } from './reading/view-queries.js';
import { NotYetThere } from './reading/view-question.js';
import { Sandbox } from './reading/what-if/sandbox.js';
import { noTelemetry, silentLog, systemClock, type Clock, type Log, type Telemetry } from './support.js';
import { Aggregates, type AggregatesOptions } from './writing/aggregates.js';
import { Commands } from './writing/commands.js';
import { Snapshots, SNAPSHOTS } from './writing/snapshots.js';

const OWN_VIEWS_TIMEOUT_MS = 5_000;

export interface EngineOptions {
  contexts: readonly Context[];
  events: EventStore;
  documents: DocumentStore;
  /** Stands between the log and all that reads and appends events: seals what is personal. Default: nothing does. */
  protect?: (events: EventStore, types: EventTypes) => EventStore;
  clock?: Clock;
  log?: Log;
  telemetry?: Telemetry;
  aggregates?: AggregatesOptions;
  projector?: ProjectorOptions;
  processes?: ProcessesOptions;
  /** Asked before each command and each question to a view. Without it everything is allowed: to a program that is its own user. */
  authority?: Authority;
}

/** The whole engine over two stores: commands in, views out. Knows no framework; the Nest module wraps it. */
export class Engine {
  readonly eventTypes: EventTypes;
  /** The log, its events lifted to their current schema versions. */
  readonly events: EventStore;
  readonly documents: DocumentStore;
  readonly commands: Commands;
  readonly aggregates: Aggregates;
  readonly projector: Projector;
  /** To be started apart: a program that only looks must not act. */
  readonly processes: Processes;
  readonly views: Views;
  readonly analyses: Analyses;
  readonly contexts: readonly Context[];
  readonly policies: Policies;
  /** What later events make of earlier ones. */
  readonly readings: Readings;
  /** The events of documents. */
  readonly histories: DocumentHistories;
  private readonly snapshots: Snapshots;
  private readonly moments: MomentCollections;
  private readonly rows: MomentRows;
  private readonly clock: Clock;

  constructor(options: EngineOptions) {
    const { contexts, documents, clock = systemClock, log = silentLog, telemetry = noTelemetry, authority } = options;
    this.contexts = contexts;
    this.documents = documents;
    this.clock = clock;
    this.eventTypes = new EventTypes(knownEvents(contexts));
    this.events = withUpcasting(options.protect?.(options.events, this.eventTypes) ?? options.events, this.eventTypes);
    this.snapshots = new Snapshots(documents, log, telemetry);
    this.aggregates = new Aggregates(this.events, this.snapshots, clock, telemetry, options.aggregates);
    this.commands = new Commands(contexts.flatMap(({ decisions }) => decisions), this.aggregates, telemetry, authority);
    const policyVersions = policyVersionsOf(contexts.flatMap(({ aggregates }) => aggregates));
    const views = [...contexts.flatMap((context) => context.views), ...(policyVersions ? [policyVersions] : [])];
    const interpretations = [withdrawals, ...contexts.flatMap((context) => context.interpretations ?? [])];
    this.readings = new Readings(this.events, documents, interpretations, this.eventTypes.all());
    this.histories = new DocumentHistories(this.events, documents, () => this.projector.keptTrails(), keysRecorded(views, interpretations));
    const around = { events: this.events, documents, clock, log, telemetry, readings: this.readings, histories: this.histories };
    const processes = processesOf(contexts);
    this.projector = new Projector([...views, ...viewsOf(processes), trailsOf(views, this.eventTypes.all(), interpretations)], around, options.projector);
    this.processes = new Processes(processes, { ...around, ...options.processes, aggregates: this.aggregates, commands: this.commands, projector: this.projector, division: { ...options.projector } });
    const few = new FewEvents(this.events);
    this.moments = new MomentCollections(around, few);
    this.rows = new MomentRows(around, few);
    const sandbox = new Sandbox({ events: this.events, readings: this.readings, aggregates: this.aggregates, decisionOf: (command) => this.commands.decisionOf(command), clock });
    this.policies = new Policies(contexts.flatMap(({ aggregates }) => aggregates), { events: this.events, versions: () => this.policyVersions() });
    const past = { readings: this.readings, histories: this.histories, collections: this.moments, policies: this.policies, head: () => this.heldHead(TRAILS) };
    const queries = new ViewQueries(this.projector, documents, clock, past, sandbox);
    this.analyses = new Analyses(contexts.flatMap((context) => context.analyses ?? []), {
      queries, views: new WholeViews(queries, this.rows, clock), sandbox, clock, authority, histories: this.histories, history: async () => ({ events: this.events, readings: this.readings, head: await this.events.head() }),
    });
    this.views = authority ? new GuardedViews(queries, (name) => this.projector.get(name).view, authority) : queries;
  }

  /** An aggregate by its name, such as `customer`. Instances of a process are one, too, and `process` are processes as a whole. */
  aggregate(name: string): Aggregate | undefined {
    if (name === Deployment.name) return Deployment;
    const process = this.processes.declared.find((each) => each.name === name);
    return process ? aggregateOf(process) : this.contexts.flatMap(({ aggregates }) => aggregates).find((aggregate) => aggregate.name === name);
  }

  /** The state of an aggregate as of a moment. @throws InvalidQuery the moment lies in the future. */
  async pastState<State>(aggregate: Aggregate<string, State>, id: string, moment: Moment): Promise<PastAggregate<State>> {
    refuseFuture(moment, this.clock.now());
    return pastAggregate(aggregate, id, moment, this.events);
  }

  /** Makes the collections and begins to feed the views. Pass false where this process only writes. */
  async start(project = true): Promise<void> {
    await this.documents.ensureCollection(SNAPSHOTS);
    await this.moments.clear();
    // Nobody may read an event before it is known what later ones make of it.
    await this.readings.upTo(await this.events.head());
    if (project) await this.projector.start();
  }

  /**
   * Drops what was made of the events of these streams and is kept beside them and the views: aggregates in memory,
   * snapshots, answers about the past. What was overwritten leaves no trace in files.
   * @returns how many snapshots there were.
   */
  async forget(streams: Iterable<string>): Promise<number> {
    let snapshots = 0;
    for (const stream of streams) if (await this.aggregates.forget(stream)) snapshots++;
    await this.dropOutdated();
    await this.documents.purge?.();
    return snapshots;
  }

  /** Drops what is in the memory of this process: aggregates, answers about the past. */
  async forgetMemory(): Promise<void> {
    this.aggregates.forgetAll();
    await this.dropOutdated();
  }

  /** Writes what is under way and stops. The stores stay open: who opened them closes them. */
  async stop(): Promise<void> {
    await this.processes.stop();
    await this.projector.stop();
    await this.snapshots.settled();
    await this.moments.close();
  }

  /** Answers about the past that were made before earlier events got another meaning. */
  private async dropOutdated(): Promise<void> {
    await this.moments.dropOutdated();
    this.rows.dropOutdated();
  }

  private async policyVersions(): Promise<PolicyVersionRow[]> {
    if (!this.contexts.some(({ aggregates }) => aggregates.some(({ published }) => published))) return [];
    await this.heldHead(POLICY_VERSIONS);
    return (await this.documents.find(this.projector.get(POLICY_VERSIONS).answering!)) as unknown as PolicyVersionRow[];
  }

  /** The end of the log, once one of the engine's own views holds it. */
  private async heldHead(view: string): Promise<Position> {
    const position = await this.events.head();
    if (!(await this.projector.reaches(view, position, OWN_VIEWS_TIMEOUT_MS))) throw new NotYetThere(view, position, this.projector.get(view).written);
    return position;
  }
}

function knownEvents(contexts: readonly Context[]): Set<Class> {
  const processes = contexts.flatMap((context) => context.processes ?? []);
  const folded = contexts.flatMap(({ aggregates, views }) => [...aggregates, ...views, ...processes].flatMap((reader) => reader.eventTypes()));
  const ofProcesses = processes.length > 0 ? processEvents : [];
  return new Set([...withdrawals.options.of, ...ofProcesses, ...contexts.flatMap(({ events }) => events), ...folded.map((type) => type.class)]);
}

const viewsOf = (processes: readonly AnyProcess[]): readonly AnyView[] => (processes.length > 0 ? processViews : []);

/** @throws Error a stream would belong to two. */
function processesOf(contexts: readonly Context[]): AnyProcess[] {
  const processes = contexts.flatMap((context) => context.processes ?? []);
  const taken = new Set(['process', ...contexts.flatMap(({ aggregates }) => aggregates.map(({ name }) => name))]);
  for (const { name } of processes) {
    if (taken.has(name)) throw new Error(`A process cannot be called ${name}: an aggregate or another process has this name.`);
    taken.add(name);
  }
  return processes;
}
