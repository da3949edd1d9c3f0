import { BEGINNING, Rereading, type DocumentHistories, type EventPage, type EventStore, type KnownReading, type Position, type Readings, type RecordedEvent } from '#event-sourcing';
import type { AnalyticalDatabase, LoadRun } from '../model/analytical-database.js';
import type { Source } from '../model/table.js';
import { Changes } from './changes.js';
import { PolicyRows } from './policy-rows.js';
import { SourceLoader } from './source-loader.js';

const PAGE = 5_000;
/** Changes that are written together while history is loaded. */
const WRITTEN_AT_ONCE = 50_000;
/** Before anything that happened: only what is retroactive counts then. */
const EVER = '';

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
    private readonly loaders: readonly { loader: SourceLoader; policies?: PolicyRows }[],
    private at: Position,
  ) {}

  static async of(sources: readonly Source[], history: History, database: AnalyticalDatabase): Promise<Loader> {
    const at = await database.position();
    await history.readings.upTo(at);
    const loaders = await Promise.all(sources.map(async (source) => {
      const earliest = source.timed ? await database.earliest(source.tables[0]!.name) : new Map<string, string>();
      const loader = new SourceLoader(source, history.histories, at, earliest);
      if (!source.governedBy) return { loader };
      const policies = new PolicyRows(source.governedBy.policies);
      if (at > BEGINNING) await policies.recall(history.events, at);
      await loader.govern(await source.governedBy.parameters(policies.reader), undefined, [], history.readings.at(at), new Changes());
      return { loader, policies };
    }));
    return new Loader(history, database, loaders, at);
  }

  /** How far the database is. */
  get position(): Position {
    return this.at;
  }

  /** Up to the end of the log as it is when it gets there. The run is written with the rows that it brought. */
  async run(run: LoadRun, until: Position, onProgress: OnProgress = () => undefined): Promise<void> {
    for await (const page of this.history.events.readAll({ after: this.at, filter: { types: this.types() }, pageSize: PAGE })) {
      run.eventsIn += page.events.length;
      await this.page(page, run);
      if (this.changes.size >= WRITTEN_AT_ONCE) await this.write(page.position, run);
      this.at = page.position;
      onProgress(page.position, until);
    }
    if (this.at > run.toPosition) await this.write(this.at, run);
  }

  private types(): string[] {
    const own = this.loaders.flatMap(({ loader: { types, source } }) => [...types, ...(source.governedBy?.policies.eventTypes().map(({ name }) => name) ?? [])]);
    return [...new Set([...own, ...this.history.readings.types])];
  }

  private async page(page: EventPage, run: LoadRun): Promise<void> {
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
      await this.govern(event, before, run);
      segment = [];
      after = event.position;
    }
    await this.take(segment, after);
  }

  private async take(events: readonly RecordedEvent[], after: Position): Promise<void> {
    if (events.length === 0) return;
    const reading = this.history.readings.at(after);
    const read = reading.all(events);
    for (const { loader } of this.loaders) await loader.take(read, reading, after, this.changes);
  }

  private async reread(cause: RecordedEvent, position: Position): Promise<void> {
    const { readings } = this.history;
    const rereading = new Rereading(position, readings.at(cause.position), this.history);
    const before = { reading: readings.at(position), position };
    const effectiveAt = readings.counts(cause, { asOf: EVER }) ? null : cause.occurredAt;
    for (const { loader } of this.loaders) await loader.reread(rereading, cause, before, effectiveAt, this.changes);
  }

  private async govern(event: RecordedEvent, before: Position, run: LoadRun): Promise<void> {
    for (const { loader, policies } of this.loaders) {
      if (!policies?.has(event)) continue;
      policies.take(event);
      // All keys are asked for, so all of them have to be in the database.
      if (this.changes.size > 0) await this.write(before, run);
      const keys = await this.database.keys(GOVERNED_KEYS);
      const reading: KnownReading = this.history.readings.at(event.position);
      await loader.govern(await loader.source.governedBy!.parameters(policies.reader), event, keys, reading, this.changes);
    }
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

/** Every customer has a row in one of them. */
const GOVERNED_KEYS = ['dim_customer', 'fact_stage_change'];
