import type { AnyView, ViewReader } from '#event-sourcing';

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
  /** Tells it apart from the other rows of the same key and table. */
  id: string;
  values: Readonly<Record<string, Value>>;
}

/** Where rows come from: a fold over the events of a key, and the rows that its state stands for. */
export interface Source {
  tables: readonly Table[];
  fold: AnyView;
  /**
   * Rows say themselves when it came to what they tell, whatever event made that known; only events of these types take
   * back what earlier ones told, from when they happened on. Default: every row holds from when its event happened on.
   */
  timed?: { takenBackBy: readonly string[] };
  /** Pure. `parameters` as {@link Source.governedBy} gives them. */
  rows(state: object, key: string, parameters: unknown): readonly TableRow[];
  /** Policies that decide on the rows of every key at once. */
  governedBy?: { policies: AnyView; parameters(read: ViewReader): Promise<unknown> };
}

/** The event because of which a row is there, or is there no more. */
export interface Mark {
  position: number;
  recordedAt: string;
  /** Business time from which it is so; null: as far back as anybody asks. */
  effectiveAt: string | null;
}

/** A row with the span of the log in which it holds. Rows are closed and never changed, so that any position can be asked for. */
export interface VersionedRow extends TableRow {
  key: string;
  since: Mark;
  until?: Mark;
}

export interface ClosedRow {
  key: string;
  id: string;
  until: Mark;
}
