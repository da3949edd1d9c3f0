import { Engine, type DocumentStore, type EventStore, type StoredDocument } from '#event-sourcing';
import { contexts, loadConfiguration, openEngine } from '#composition';

const CAUGHT_UP_WITHIN_MS = 120_000;

/** A stored document by its key, with the position that it was folded to. */
export type Rows = Map<string, StoredDocument>;

/** An engine that knows how far the views are, and folds none of them. */
export function watcher(events: EventStore, documents: DocumentStore): Engine {
  return new Engine({ contexts, events, documents, projector: { feed: false, shared: {} } });
}

/** Every view, as it lies in the documents of an engine when it holds the whole log. */
export async function everyView(engine: Engine): Promise<Map<string, Rows>> {
  const { projector, documents } = engine;
  const head = await engine.events.head();
  const views = new Map<string, Rows>();
  for (const name of projector.names()) {
    if (!(await projector.reaches(name, head, CAUGHT_UP_WITHIN_MS))) throw new Error(`${name} did not catch up.`);
    views.set(name, await rowsOf(documents, projector.get(name).answering!));
  }
  return views;
}

/** The same from an engine in this process that folds everything from the beginning. */
export async function rebuiltViews(env: Readonly<Record<string, string>>): Promise<Map<string, Rows>> {
  const inMemory = { ...env, GUANXI_DOCUMENT_STORE: 'memory', GUANXI_KEY_STORE: env['GUANXI_DOCUMENT_STORE'] };
  const { engine, close } = await openEngine(loadConfiguration(inMemory));
  try {
    return await everyView(engine);
  } finally {
    await close();
  }
}

async function rowsOf(documents: DocumentStore, collection: string): Promise<Rows> {
  const keys: string[] = [];
  for await (const page of documents.scan(collection)) keys.push(...page.map(({ _id }) => _id));
  return documents.load(collection, keys);
}
