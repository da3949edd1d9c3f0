import { Engine } from '#event-sourcing';
import { contexts, publishDefaultPolicies } from '#composition';
import { DuckDbPlace } from '#stores/duckdb';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { schema, Warehouse, type WarehouseQuestion } from '#warehouse';

export interface StartedWarehouse {
  engine: Engine;
  warehouse: Warehouse;
  rows: (sql: string, moment?: Omit<WarehouseQuestion, 'sql'>) => Promise<Record<string, unknown>[]>;
  stop: () => Promise<void>;
}

/** An engine in memory with a warehouse over it. @param file of the warehouse; memory where it is left out. */
export async function started(file?: string): Promise<StartedWarehouse> {
  const engine = new Engine({ contexts, events: new MemoryEventStore(), documents: new MemoryDocumentStore(), projector: { pageSize: 50 } });
  await engine.start();
  await publishDefaultPolicies(engine);
  const warehouse = open(engine, file);
  const rows = async (sql: string, moment: Omit<WarehouseQuestion, 'sql'> = {}) => (await warehouse.query({ sql, limit: 100_000, ...moment })).rows;
  return { engine, warehouse, rows, stop: () => warehouse.close().then(() => engine.stop()) };
}

export const open = (engine: Engine, file?: string): Warehouse => new Warehouse({ history: engine, place: new DuckDbPlace(schema, file) });
