import { errorFields, StoreUnavailable, type Engine, type Log } from '#event-sourcing';
import { schema, Warehouse, type DatabasePlace } from '#warehouse';

/** Where the file of the warehouse is; memory where none is named. */
export interface WarehousePlaces {
  file?: string;
}

/** The warehouse over an engine. Nothing is loaded and nothing opened before it is asked. */
export function openWarehouse(engine: Pick<Engine, 'events' | 'readings' | 'histories'>, { file }: WarehousePlaces, log?: Log): Warehouse {
  let loaded: Promise<DatabasePlace> | undefined;
  const place = (): Promise<DatabasePlace> => (loaded ??= import('#stores/duckdb').then(({ DuckDbPlace }) => new DuckDbPlace(schema, file)));
  return new Warehouse({
    history: engine,
    place: {
      open: async () => (await place()).open().catch((error: unknown) => {
        throw new StoreUnavailable(`The warehouse${file === undefined ? '' : ` ${file}`} cannot be opened: ${errorFields(error).error}. Delete the file to have it filled anew; a process that has it must be stopped first.`, { cause: error });
      }),
      openBeside: async () => (await place()).openBeside(),
      swap: async (live, beside) => (await place()).swap(live, beside),
    },
    ...(log && { log }),
  });
}
