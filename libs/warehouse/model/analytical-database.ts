import type { Position } from '#event-sourcing';
import type { ClosedRow, Table, VersionedRow } from './table.js';

/** What is written together: all of it or nothing, with the position that it reaches to. */
export interface Load {
  position: Position;
  inserted: ReadonlyMap<string, readonly VersionedRow[]>;
  closed: ReadonlyMap<string, readonly ClosedRow[]>;
  run: LoadRun;
}

export interface LoadRun {
  /** Counts from 1. */
  run: number;
  kind: 'load' | 'rebuild';
  startedAt: string;
  /** Null while it goes on, and for one that was killed. */
  endedAt: string | null;
  fromPosition: Position;
  toPosition: Position;
  eventsIn: number;
  rowsOut: number;
  rowsClosed: number;
  /** Why it ended early. */
  error: string | null;
}

/** Whatever is not given does not limit. Times are ISO 8601 in UTC. */
export interface SqlMoment {
  asOf: string;
  knownAt?: string;
  position?: Position;
}

export interface SqlQuestion {
  sql: string;
  /** For `$1`, `$2` … or for `$name`. */
  parameters?: readonly Scalar[] | Readonly<Record<string, Scalar>>;
  moment: SqlMoment;
  /** Rows at most. */
  limit: number;
  timeoutMs: number;
}

export type Scalar = string | number | boolean | null;

export interface SqlAnswer {
  columns: { name: string; type: string }[];
  rows: Record<string, unknown>[];
  /** There are more rows than the limit. */
  truncated: boolean;
}

/** A derived table: SQL over the others. */
export interface Derived {
  name: string;
  summary: string;
  sql: string;
}

/** What the tables are made of; another version is filled anew. */
export interface Schema {
  version: number;
  tables: readonly Table[];
  derived: readonly Derived[];
}

/**
 * The port of the analytical database. `history.<table>` holds all versions of rows; `<table>` shows those that hold at
 * the moment of the question.
 */
export interface AnalyticalDatabase {
  /** Version of the schema that it was made with. */
  version(): Promise<number>;
  position(): Promise<Position>;
  /** Durable when it resolves. */
  write(load: Load): Promise<void>;
  /** Notes how a run ended, beside all rows. */
  note(run: LoadRun): Promise<void>;
  /** The newest first. */
  runs(limit: number): Promise<LoadRun[]>;
  /** Every key that ever had a row in one of these tables. */
  keys(tables: readonly string[]): Promise<string[]>;
  /** One SELECT, read-only. @throws InvalidQuery @throws QueryTooExpensive */
  query(question: SqlQuestion): Promise<SqlAnswer>;
  close(): Promise<void>;
}

/** Where the database is, so that a new one can be filled beside it and take its place. */
export interface DatabasePlace {
  /** The live one; a missing one is made, empty. */
  open(): Promise<AnalyticalDatabase>;
  /** An empty one beside it; one that was left behind is thrown away. */
  openBeside(): Promise<AnalyticalDatabase>;
  /** Puts the one beside into the place of the live one; closes both. @returns the live one, opened. */
  swap(live: AnalyticalDatabase, beside: AnalyticalDatabase): Promise<AnalyticalDatabase>;
}
