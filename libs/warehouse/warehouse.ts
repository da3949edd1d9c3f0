import { BEGINNING, errorFields, momentFrom, NotYetThere, refuseFuture, silentLog, systemClock, type Clock, type Log, type Moment, type Position } from '#event-sourcing';
import { Loader, type History, type OnProgress } from './loading/loader.js';
import { type AnalyticalDatabase, type DatabasePlace, type LoadRun, type Scalar, type SqlAnswer } from './model/analytical-database.js';
import { schema, sources } from './tables/schema.js';
import { eventsOf, reasonsOf, rowsOf, sourceOf, type Reasons } from './why.js';

export interface WarehouseQuestion {
  /** One SELECT. */
  sql: string;
  parameters?: readonly Scalar[] | Readonly<Record<string, Scalar>> | undefined;
  /** As of which moment, ISO 8601; a date is the whole day. Default: now. */
  asOf?: string | undefined;
  knownAt?: string | undefined;
  /** As of a position of the log. */
  position?: Position | undefined;
  /** Rows at most. Default 1,000, at most 100,000. */
  limit?: number | undefined;
}

export interface WarehouseAnswer extends SqlAnswer {
  /** The warehouse held all events up to here, or up to where the question asked. */
  position: Position;
  asOf: string;
  knownAt?: string;
  /** Version of the tables. */
  version: number;
}

/** As of which moment. */
export type WarehouseMoment = Pick<WarehouseQuestion, 'asOf' | 'knownAt' | 'position'>;

export interface WhyAnswer extends Reasons, Omit<WarehouseAnswer, keyof SqlAnswer> {}

export interface WarehouseStatus {
  state: 'ready' | 'loading' | 'rebuilding';
  version: number;
  position: Position;
  head: Position;
  tables: { name: string; summary: string; columns: Readonly<Record<string, string>> | null }[];
  /** The newest first. */
  runs: LoadRun[];
}

export interface WarehouseOptions {
  history: History;
  place: DatabasePlace;
  clock?: Clock;
  log?: Log;
}

export const WAREHOUSE_LIMITS = { rows: 1_000, maxRows: 100_000, timeoutMs: 10_000, catchUpMs: 10_000 } as const;
const RUNS_SHOWN = 20;
const LOOKS_EVERY_MS = 5_000;

interface Live {
  database: AnalyticalDatabase;
  loader: Loader;
}

/** The star schema: follows the log, and answers SQL. Nothing is opened before the first question. */
export class Warehouse {
  private readonly clock: Clock;
  private readonly log: Log;
  private live: Promise<Live> | undefined;
  /** The work on the database that is under way, one after the other. */
  private working: Promise<unknown> = Promise.resolve();
  private doing: WarehouseStatus['state'] = 'ready';
  private readonly asked = new Set<Promise<unknown>>();
  private catching: Promise<void> | undefined;
  private looking: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: WarehouseOptions) {
    this.clock = options.clock ?? systemClock;
    this.log = options.log ?? silentLog;
  }

  /** Follows the log to its present end. @throws NotYetThere it takes longer; it goes on meanwhile. */
  async catchUp({ timeoutMs = WAREHOUSE_LIMITS.catchUpMs, onProgress }: { timeoutMs?: number; onProgress?: OnProgress } = {}): Promise<Position> {
    const head = await this.options.history.events.head();
    const caughtUp = this.follow(head, onProgress);
    if (!(await within(caughtUp, timeoutMs))) {
      caughtUp.catch((error: unknown) => this.log.error(errorFields(error), 'the warehouse could not be loaded'));
      throw new NotYetThere('warehouse', head, (await this.live)?.loader.position ?? BEGINNING);
    }
    return head;
  }

  /** From the first question on it follows the log by itself: who asks later need not wait for a load. */
  keepUp(everyMs = LOOKS_EVERY_MS): void {
    this.looking ??= setInterval(() => {
      this.look().catch((error: unknown) => this.log.error(errorFields(error), 'the warehouse could not follow the log; it is tried again'));
    }, everyMs).unref();
  }

  /** @throws InvalidQuery @throws QueryTooExpensive @throws NotYetThere */
  async query({ sql, parameters, asOf, knownAt, position, limit = WAREHOUSE_LIMITS.rows }: WarehouseQuestion): Promise<WarehouseAnswer> {
    const moment = momentFrom({ asOf, knownAt });
    refuseFuture(moment, this.clock.now());
    const head = await this.catchUp();
    const known = this.presentOf(moment);
    const answer = await this.using(({ database }) => database.query({
      sql, limit, timeoutMs: WAREHOUSE_LIMITS.timeoutMs, moment: { ...known, position: position ?? head }, ...(parameters && { parameters }),
    }));
    return { ...answer, ...known, position: Math.min(position ?? head, head), version: schema.version };
  }

  /**
   * Which events the rows of a purchase, an interaction, a customer or an offering rest on, as of any moment.
   * @throws InvalidQuery @throws NotYetThere
   */
  async why(name: string, key: string, { asOf, knownAt, position }: WarehouseMoment = {}): Promise<WhyAnswer> {
    const { source, table } = sourceOf(name);
    const moment = momentFrom({ asOf, knownAt });
    refuseFuture(moment, this.clock.now());
    const head = await this.catchUp();
    const known = { ...this.presentOf(moment), position: Math.min(position ?? head, head) };
    const rows = await this.using(({ database }) => database.query({ sql: rowsOf(table), parameters: [key], moment: known, limit: WAREHOUSE_LIMITS.maxRows, timeoutMs: WAREHOUSE_LIMITS.timeoutMs }));
    const events = await eventsOf(source, key, known, moment, this.options.history);
    return { ...reasonsOf(name, key, rows, events), ...known, version: schema.version };
  }

  async status(): Promise<WarehouseStatus> {
    const head = await this.options.history.events.head();
    const { position, runs } = await this.using(async ({ database, loader }) => ({ position: loader.position, runs: await database.runs(RUNS_SHOWN) }));
    const tables = [...schema.tables.map(({ name, summary, columns }) => ({ name, summary, columns })), ...schema.derived.map(({ name, summary }) => ({ name, summary, columns: null }))];
    return { state: this.doing, version: schema.version, position, head, tables, runs };
  }

  /** Fills a new database beside the live one, which answers meanwhile, and puts it in its place. */
  async rebuild(onProgress?: OnProgress): Promise<LoadRun> {
    return this.inTurn('rebuilding', async () => {
      const { database, loader } = await this.open();
      return this.refill(database, loader, onProgress);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.looking);
    // Whoever asked for the work is told how it failed; here it only has to be over.
    await this.working.catch(() => undefined);
    await Promise.allSettled(this.asked);
    // One that did not open told whoever opened it, and has nothing to close.
    const live = await this.live?.catch(() => undefined);
    this.live = undefined;
    await live?.database.close();
  }

  private presentOf({ asOf, knownAt }: Moment): { asOf: string; knownAt?: string } {
    return { asOf: asOf ?? knownAt ?? this.clock.now().toISOString(), ...(knownAt !== undefined && { knownAt }) };
  }

  private async look(): Promise<void> {
    if (!this.live || this.catching) return;
    const head = await this.options.history.events.head();
    if (!this.closed) await this.follow(head);
  }

  private async follow(head: Position, onProgress?: OnProgress): Promise<void> {
    if (this.live && (await this.live).loader.position >= head) return;
    // Whoever comes while it is being loaded has what the load under way or the one after it brings.
    if (this.catching) await this.catching;
    if (this.live && (await this.live).loader.position >= head) return;
    this.catching ??= this.inTurn('loading', () => this.load(onProgress)).finally(() => (this.catching = undefined));
    await this.catching;
  }

  private async load(onProgress?: OnProgress): Promise<void> {
    const head = await this.options.history.events.head();
    const { database, loader } = await this.open();
    // Another version, or another log: one that was put back from a backup is shorter.
    if ((await database.version()) !== schema.version || loader.position > head) return void (await this.refill(database, loader, onProgress));
    if (loader.position < head) await this.ran(database, loader, await this.newRun('load', database, loader.position), head, onProgress);
  }

  private async refill(live: AnalyticalDatabase, former: Loader, onProgress?: OnProgress): Promise<LoadRun> {
    const { place, history } = this.options;
    const beside = await place.openBeside();
    const loader = await Loader.of(sources, history, beside);
    const run = await this.newRun('rebuild', live, BEGINNING);
    try {
      await this.ran(beside, loader, run, await history.events.head(), onProgress);
    } catch (error) {
      await live.note(run);
      await beside.close();
      this.live = Promise.resolve({ database: live, loader: former });
      throw error;
    }
    await Promise.allSettled(this.asked);
    this.live = place.swap(live, beside).then(async (database) => ({ database, loader: await Loader.of(sources, history, database) }));
    await this.live;
    return run;
  }

  private async ran(database: AnalyticalDatabase, loader: Loader, run: LoadRun, head: Position, onProgress?: OnProgress): Promise<void> {
    try {
      await loader.run(run, head, onProgress);
      run.endedAt = this.clock.now().toISOString();
    } catch (error) {
      run.error = errorFields(error).error;
      run.endedAt = this.clock.now().toISOString();
      // What it has in memory is ahead of what was written: the next one begins with what is there.
      this.live = Promise.resolve({ database, loader: await Loader.of(sources, this.options.history, database) });
      throw error;
    } finally {
      await database.note(run);
    }
  }

  private async newRun(kind: LoadRun['kind'], database: AnalyticalDatabase, from: Position): Promise<LoadRun> {
    const [last] = await database.runs(1);
    return { run: (last?.run ?? 0) + 1, kind, startedAt: this.clock.now().toISOString(), endedAt: null, fromPosition: from, toPosition: from, eventsIn: 0, rowsOut: 0, rowsClosed: 0, error: null };
  }

  private open(): Promise<Live> {
    this.live ??= this.options.place.open().then(async (database) => ({ database, loader: await Loader.of(sources, this.options.history, database) }));
    this.live.catch(() => (this.live = undefined));
    return this.live;
  }

  /** A question goes to the database that is live; a swap waits for it. */
  private async using<T>(ask: (live: Live) => Promise<T>): Promise<T> {
    const answer = this.open().then(ask);
    this.asked.add(answer);
    try {
      return await answer;
    } finally {
      this.asked.delete(answer);
    }
  }

  private inTurn<T>(state: WarehouseStatus['state'], work: () => Promise<T>): Promise<T> {
    // That failed for whoever asked for it.
    const turn = this.working.catch(() => undefined).then(async () => {
      this.doing = state;
      try {
        return await work();
      } finally {
        this.doing = 'ready';
      }
    });
    this.working = turn;
    turn.catch(() => undefined);
    return turn;
  }
}

/** Whether the work is done in time. @throws what it throws by then. */
async function within(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), timeoutMs)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
