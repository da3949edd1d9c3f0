import type { RecordedEvent } from '#event-sourcing';

/** A fold that changes some fields of a row; where there is no row it makes none. */
export const onRow = <Row, E>(change: (row: Row, event: RecordedEvent<E>) => NoInfer<Partial<Row>>) => (row: Row | undefined, event: RecordedEvent<E>): Row | undefined =>
  row && { ...row, ...change(row, event) };

/** The form in which text is searched. Text of an erased person is missing. */
export const searchable = (text: string | null | undefined): string => (text ?? '').toLowerCase();
