import { BEGINNING, Meanings, Rereading, type DocumentHistories, type EventPage, type EventStore, type Position, type Readings, type RecordedEvent } from '#event-sourcing';
import type { AnalyticalDatabase, LoadRun } from '../model/analytical-database.js';
import type { Source } from '../model/table.js';
import { Changes } from './changes.js';
import { PolicyRows } from './policy-rows.js';
import { SourceLoader } from './source-loader.js';

const PAGE = 5_000;
/** Changes that are written together while history is loaded. */
const WRITTEN_AT_ONCE = 50_000;
/** Every customer has a row in one of them. */
const GOVERNED_KEYS = ['dim_customer', 'fact_stage_change'];

export interface History {
  events: EventStore;
  readings: Readings;
  histories: DocumentHistories;
}

export type OnProgress = (done: Position, total: Position) => void;

/** Follows the log into one database: exactly once, since rows and position are written together. */
export class Loader {
  private changes = new Changes();

  private constructor(
    private readonly history: History,
    private readonly database: AnalyticalDatabase,
    private readonly meanings: Meanings,
    private readonly loaders: readonly { loader: SourceLoader; policies?: PolicyRows }[],
    private at: Position,
  ) {}

  static async of(sources: readonly Source[], history: History, database: AnalyticalDatabase): Promise<Loader> {
    const at = await database.position();
    await history.readings.upTo(at);
    const meanings = new Meanings(history.readings);
    for (const cause of history.readings.between(BEGINNING, at)) meanings.note(cause);
    const loaders = await Promise.all(sources.map(async (source) => {
      const loader = new SourceLoader(source, history.histories, meanings, at);
      if (!source.governedBy) return { loader };
      const policies = new PolicyRows(source.governedBy);
      if (at > BEGINNING) await policies.recall(history.events, at);
      loader.governedFrom(await policies.eras((event) => meanings.of(event).length > 0));
      return { loader, policies };
    }));
    return new Loader(history, database, meanings, loaders, at);
  }

  /** How far the database is. */
  get position(): Position {
    return this.at;
  }

  /** Up to the end of the log as it is when it gets there. The run is written with the rows that it brought. */
  async run(run: LoadRun, until: Position, onProgress: OnProgress = () => undefined): Promise<void> {
    for await (const page of this.history.events.readAll({ after: this.at, filter: { types: this.types() }, pageSize: PAGE })) {
      run.eventsIn += page.events.length;
      await this.page(page);
      if (this.changes.size >= WRITTEN_AT_ONCE) await this.write(page.position, run);
      this.at = page.position;
      onProgress(page.position, until);
    }
    if (this.at > run.toPosition) await this.write(this.at, run);
  }

  private types(): string[] {
    const own = this.loaders.flatMap(({ loader: { types, source } }) => [...types, ...(source.governedBy ? [source.governedBy.published] : [])]);
    return [...new Set([...own, ...this.history.readings.types])];
  }

  private async page(page: EventPage): Promise<void> {
    await this.history.readings.of(page);
    let segment: RecordedEvent[] = [];
    let after = this.at;
    for (const event of page.events) {
      const isTurn = this.history.readings.types.has(event.type) || this.loaders.some(({ policies }) => policies?.has(event));
      if (!isTurn) {
        segment.push(event);
        continue;
      }
      const before = segment.at(-1)?.position ?? after;
      await this.take(segment, after);
      if (this.history.readings.types.has(event.type)) await this.reread(event, before);
      for (const { loader, policies } of this.loaders) {
        if (!policies?.has(event)) continue;
        policies.take(event);
        await this.govern(loader, policies, event);
      }
      segment = [];
      after = event.position;
    }
    await this.take(segment, after);
  }

  private async take(events: readonly RecordedEvent[], after: Position): Promise<void> {
    if (events.length === 0) return;
    const meant = events.map((event) => ({ event, meanings: this.meanings.of(event) }));
    for (const { loader } of this.loaders) await loader.take(meant, after, this.changes);
  }

  private async reread(cause: RecordedEvent, before: Position): Promise<void> {
    const { readings } = this.history;
    const rereading = new Rereading(before, readings.at(cause.position), this.history);
    const concerned: string[][] = [];
    for (const { loader } of this.loaders) concerned.push(await loader.concernedBy(cause, rereading, before));
    this.meanings.note(cause);
    for (const [index, { loader }] of this.loaders.entries()) await loader.reread(concerned[index]!, cause, this.changes);
    const { streams = [] } = readings.concernOf(cause) ?? {};
    for (const { loader, policies } of this.loaders) if (policies?.isIn(streams)) await this.govern(loader, policies, cause);
  }

  private async govern(loader: SourceLoader, policies: PolicyRows, cause: RecordedEvent): Promise<void> {
    const keys = [...(await this.database.keys(GOVERNED_KEYS)), ...this.changes.keys(GOVERNED_KEYS)];
    await loader.govern(await policies.eras((event) => this.meanings.of(event).length > 0), cause, keys, this.changes);
  }

  private async write(position: Position, run: LoadRun): Promise<void> {
    const { inserted, closed, rowsOut, rowsClosed } = this.changes;
    run.rowsOut += rowsOut;
    run.rowsClosed += rowsClosed;
    run.toPosition = position;
    await this.database.write({ position, inserted, closed, run });
    this.changes = new Changes();
  }
}
