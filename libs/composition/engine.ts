import { personIdsIn, withSealing } from '#privacy';
import { Engine, pause, StoreUnavailable, type Authority, type EngineOptions, type EventStore, type Log, type ProjectorOptions, type Telemetry } from '#event-sourcing';
import { type Configuration } from './configuration.js';
import { contexts } from './contexts.js';
import { isMongoUrl } from './document-store-kind.js';
import { publishDefaultPolicies } from './policies.js';
import { openStores, type Stores } from './stores.js';

const LONGEST_PAUSE_MS = 5_000;

export interface Surroundings {
  log?: Log;
  telemetry?: Telemetry;
  /** Feed the views in this process. Default true. */
  project?: boolean;
  /** Asked before each command and each question to a view. @param events the log. */
  authority?: (events: EventStore) => Authority;
  /** Changes to the engine's own settings. */
  options?: Pick<EngineOptions, 'clock' | 'aggregates' | 'projector'>;
}

export interface OpenEngine {
  engine: Engine;
  stores: Stores;
  /** Writes what is under way, stops, closes the stores. */
  close: () => Promise<void>;
}

/** The options of an engine of all contexts over these stores. */
export function engineOptions(stores: Pick<Stores, 'events' | 'documents' | 'keys'>, configuration: ProjectingConfiguration, { log, telemetry, options, authority }: Surroundings = {}): EngineOptions {
  const projector = { ...projectorOptions(configuration), ...options?.projector };
  const { privacy: { seal }, causationLimit: maxDepth } = configuration;
  const protect: EngineOptions['protect'] = (events, types) => withSealing(events, stores.keys, types, { seal });
  return { ...options, projector, processes: { personsIn: personIdsIn, ...(maxDepth !== undefined && { maxDepth }) }, contexts, events: stores.events, documents: stores.documents, protect, ...(log && { log }), ...(telemetry && { telemetry }), ...(authority && { authority: authority(stores.events) }) };
}

export type ProjectingConfiguration = Pick<Configuration, 'documentStore' | 'project' | 'partitions' | 'privacy'> & Partial<Pick<Configuration, 'causationLimit'>>;

function projectorOptions({ documentStore, project, partitions }: ProjectingConfiguration): ProjectorOptions {
  return { feed: project, partitions, ...(isMongoUrl(documentStore) && { shared: {} }) };
}

/**
 * Stores, engine and policies, ready for commands and questions.
 * @throws DataFolderInUse another process has the data folder.
 */
export async function openEngine(configuration: Configuration, surroundings: Surroundings = {}): Promise<OpenEngine> {
  const stores = await openStores(configuration, surroundings.log);
  try {
    await stores.keys.check();
    const engine = new Engine(engineOptions(stores, configuration, surroundings));
    await engine.start(surroundings.project ?? true);
    await publishDefaultPolicies(engine);
    const close = async () => {
      try {
        await engine.stop();
      } finally {
        await stores.close();
      }
    };
    return { engine, stores, close };
  } catch (error) {
    await stores.close();
    throw error;
  }
}

/** Whether a store is a server, which may be away when this process starts. */
export function isOnServers({ eventStore, documentStore }: Pick<Configuration, 'eventStore' | 'documentStore'>): boolean {
  return eventStore.includes('://') || documentStore.includes('://');
}

/** Does what needs the stores, again and again until they answer. What they lack is said once. @returns whether it is done; not where the signal came first. */
export async function onceStoresAnswer(work: () => Promise<void>, log: Log, signal: AbortSignal): Promise<boolean> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      if (failures === 0) log.warn({ error: error.message }, 'a store does not answer; waiting for it');
      await pause(Math.min(LONGEST_PAUSE_MS, 100 * 2 ** failures), signal);
    }
  }
  return false;
}
