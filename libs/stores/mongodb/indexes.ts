import type { Collection, Db } from 'mongodb';
import type { IndexSpec } from '#event-sourcing';
import { totalSort } from '#event-sourcing/query';
import { hasCode } from './faults.js';

/** Marks indexes as ours: others, which somebody made by hand, stay. */
const PREFIX = 'guanxi_';
const NAMESPACE_EXISTS = 48;
const INDEX_NOT_FOUND = 27;

interface Index {
  name: string;
  key: Record<string, unknown>;
}

/** Makes the collection where there is none. */
export async function makeCollection(database: Db, name: string): Promise<void> {
  try {
    await database.createCollection(name);
  } catch (error) {
    if (!hasCode(error, NAMESPACE_EXISTS)) throw error;
  }
}

/** Makes the indexes that are declared, and drops ours that no longer are. */
export async function reconcileIndexes(collection: Collection<never>, specs: readonly IndexSpec[]): Promise<void> {
  const declared = new Map(specs.filter((spec) => Object.keys(spec).some((path) => path !== '_id')).map((spec) => [keyOf(totalSort(spec)), totalSort(spec)]));
  const existing = (await collection.indexes()) as unknown as Index[];
  for (const { name, key } of existing) if (name.startsWith(PREFIX) && !declared.has(keyOf(key))) await drop(collection, name);
  const present = new Set(existing.map(({ key }) => keyOf(key)));
  const missing = [...declared].filter(([key]) => !present.has(key)).map(([, spec]) => ({ key: { ...spec }, name: nameOf(spec) }));
  if (missing.length > 0) await collection.createIndexes(missing);
}

// The key comes last, in the direction of the last field: that is the order of equals in a sort.
const keyOf = (key: object): string => JSON.stringify(Object.entries(key).map(([path, direction]) => [path, Number(direction)]));

const nameOf = (spec: IndexSpec): string => PREFIX + Object.entries(spec).flat().join('_');

async function drop(collection: Collection<never>, name: string): Promise<void> {
  try {
    await collection.dropIndex(name);
  } catch (error) {
    if (!hasCode(error, INDEX_NOT_FOUND)) throw error;
  }
}
