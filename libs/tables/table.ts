import { type Column } from '#event-sourcing';

/** Rows with columns of known types: what an analysis found, ready to be written. */
export interface Table {
  columns: readonly Column[];
  rows: readonly Readonly<Record<string, unknown>>[];
}
