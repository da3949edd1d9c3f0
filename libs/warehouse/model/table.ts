import type { AnyView, RecordedEvent, ViewReader } from '#event-sourcing';

/** `time`: ISO 8601 in UTC. `texts`: a list. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'time' | 'texts';

export type Value = string | number | boolean | readonly string[] | null;

export interface Table {
  /** `fact_…` or `dim_…`. */
  name: string;
  summary: string;
  columns: Readonly<Record<string, ColumnType>>;
  /** The column with the key of the fold that its rows come from. */
  keyColumn: string;
  /** The column with the time of what a row tells: as of an earlier moment it is not there yet. */
  happenedAt?: string;
}

/** One row of one table. */
export interface TableRow {
  table: string;
  /** Tells it apart from the other rows of the same key and table at a moment. */
  id: string;
  values: Readonly<Record<string, Value>>;
}

/** Where rows come from: a fold over the events of a key, and the rows that its state stands for. */
export interface Source {
  tables: readonly Table[];
  fold: AnyView;
  /**
   * Events that, from when they happened on, tell of what was before in another way than was told until then. All others only add to
   * what is told of the time from when they happened on, as to a list of what came when.
   */
  turns: 'all' | readonly string[];
  /** Pure. `parameters` as {@link Source.governedBy} gives them. */
  rows(state: object, key: string, parameters: unknown): readonly TableRow[];
  /** What decides on the rows of every key at once. */
  governedBy?: Government;
}

/** Versions of a policy. */
export interface Government {
  policies: AnyView;
  /** The events that publish one. */
  published: string;
  /** Whether it changes what is told of the time before it was published, too. */
  isRetroactive(published: RecordedEvent): boolean;
  parameters(read: ViewReader): Promise<unknown>;
}

/** A span of business time, ISO 8601: from when on, and until when, exclusively; null: as far back, or ahead, as anybody asks. */
export interface Span {
  from: string | null;
  until: string | null;
}

/** The event because of which a row is known, or is known no more. */
export interface Mark {
  position: number;
  recordedAt: string;
}

/** A row with the span of business time in which it holds. */
export interface TimedRow extends Span {
  row: TableRow;
}

/** A row with the span of the log in which that is known. Rows are closed and never changed, so that any position can be asked for. */
export interface VersionedRow extends TimedRow {
  key: string;
  /** Tells it apart from the other rows of its table and key. */
  id: string;
  since: Mark;
  closed?: Mark;
}

export interface ClosedRow {
  key: string;
  id: string;
  closed: Mark;
}
