import { Engine, type EngineOptions, type Log, type Telemetry } from '#event-sourcing';
import { type Configuration } from './configuration.js';
import { contexts } from './contexts.js';
import { publishDefaultPolicies } from './policies.js';
import { openStores, type Stores } from './stores.js';

export interface Surroundings {
  log?: Log;
  telemetry?: Telemetry;
  /** Feed the views in this process. Default true. */
  project?: boolean;
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
export function engineOptions(stores: Pick<Stores, 'events' | 'documents'>, { log, telemetry, options }: Surroundings = {}): EngineOptions {
  return { ...options, contexts, events: stores.events, documents: stores.documents, ...(log && { log }), ...(telemetry && { telemetry }) };
}

/**
 * Stores, engine and policies, ready for commands and questions.
 * @throws DataFolderInUse another process has the data folder.
 */
export async function openEngine(configuration: Configuration, surroundings: Surroundings = {}): Promise<OpenEngine> {
  const stores = await openStores(configuration, surroundings.log);
  try {
    const engine = new Engine(engineOptions(stores, surroundings));
    await engine.start(surroundings.project ?? true);
    await publishDefaultPolicies(engine);
    return { engine, stores, close: () => engine.stop().finally(() => stores.close()) };
  } catch (error) {
    await stores.close();
    throw error;
  }
}
