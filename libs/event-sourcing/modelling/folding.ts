import type { RecordedEvent } from '../ports/event-store.js';

/** A fold of an aggregate's event that only something known can have: it changes some fields, and nothing where nothing is known. */
export const onKnown = <Known extends object>() =>
  <E>(change: (known: Known, data: E, at: { occurredAt: string; revision: number }) => Partial<Known>) =>
    (state: Known | null, data: E, at: { occurredAt: string; revision: number }): Known | null => state && { ...state, ...change(state, data, at) };

/** A fold of a view that changes some fields of a row; where there is no row it makes none. */
export const onRow = <Row, E>(change: (row: Row, event: RecordedEvent<E>) => NoInfer<Partial<Row>>) => (row: Row | undefined, event: RecordedEvent<E>): Row | undefined =>
  row && { ...row, ...change(row, event) };
