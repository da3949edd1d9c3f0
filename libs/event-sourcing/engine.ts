import type { Aggregate } from './modelling/aggregate.js';
import type { Context } from './modelling/context.js';
import type { Class } from './modelling/domain-event.js';
import { EventTypes, withUpcasting } from './modelling/event-types.js';
import type { DocumentStore } from './ports/document-store.js';
import type { EventStore, Position } from './ports/event-store.js';
import { Projector, type ProjectorOptions } from './reading/projector.js';
import { MomentCollections } from './reading/moments/moment-collections.js';
import { TRAILS, trailsOf } from './reading/moments/trails.js';
import { NotYetThere, ViewQueries } from './reading/view-queries.js';
import { noTelemetry, silentLog, systemClock, type Clock, type Log, type Telemetry } from './support.js';
import { Aggregates, type AggregatesOptions } from './writing/aggregates.js';
import { Commands } from './writing/commands.js';
import { Snapshots, SNAPSHOTS } from './writing/snapshots.js';

const TRAILS_TIMEOUT_MS = 5_000;

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
  readonly views: ViewQueries;
  readonly contexts: readonly Context[];
  private readonly snapshots: Snapshots;
  private readonly moments: MomentCollections;

  constructor(options: EngineOptions) {
    const { contexts, documents, clock = systemClock, log = silentLog, telemetry = noTelemetry } = options;
    this.contexts = contexts;
    this.documents = documents;
    this.eventTypes = new EventTypes(knownEvents(contexts));
    this.events = withUpcasting(options.protect?.(options.events, this.eventTypes) ?? options.events, this.eventTypes);
    this.snapshots = new Snapshots(documents, log, telemetry);
    this.aggregates = new Aggregates(this.events, this.snapshots, clock, telemetry, options.aggregates);
    this.commands = new Commands(contexts.flatMap(({ decisions }) => decisions), this.aggregates, telemetry);
    const views = contexts.flatMap((context) => context.views);
    const around = { events: this.events, documents, clock, log, telemetry };
    this.projector = new Projector([...views, trailsOf(views)], around, options.projector);
    this.moments = new MomentCollections(around);
    this.views = new ViewQueries(this.projector, documents, clock, { events: this.events, collections: this.moments, trails: () => this.trails() });
  }

  /** An aggregate by its name, such as `customer`. */
  aggregate(name: string): Aggregate | undefined {
    return this.contexts.flatMap(({ aggregates }) => aggregates).find((aggregate) => aggregate.name === name);
  }

  /** Makes the collections and begins to feed the views. Pass false where this process only writes. */
  async start(project = true): Promise<void> {
    await this.documents.ensureCollection(SNAPSHOTS);
    await this.moments.clear();
    if (project) await this.projector.start();
  }

  /** Writes what is under way and stops. The stores stay open: who opened them closes them. */
  async stop(): Promise<void> {
    await this.projector.stop();
    await this.snapshots.settled();
    await this.moments.close();
  }

  private async trails(): Promise<{ trails: string; position: Position }> {
    const position = await this.events.head();
    if (!(await this.projector.reaches(TRAILS, position, TRAILS_TIMEOUT_MS))) throw new NotYetThere(TRAILS, position, this.projector.get(TRAILS).written);
    return { trails: this.projector.get(TRAILS).answering!, position };
  }
}

function knownEvents(contexts: readonly Context[]): Set<Class> {
  const folded = contexts.flatMap(({ aggregates, views }) => [...aggregates, ...views].flatMap((folder) => folder.eventTypes()));
  return new Set([...contexts.flatMap(({ events }) => events), ...folded.map((type) => type.class)]);
}
