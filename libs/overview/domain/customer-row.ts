import type { RecordedEvent } from '#event-sourcing';

/**
 * Folds that change some fields of a customer's row, which begins as one of whom nothing is known. Every row has every
 * field: copying objects of one shape is what keeps folding fast.
 */
export const onCustomerRow = <Row extends { customerId: string }>(nothingKnown: Row) =>
  <E>(change: (row: Row, event: RecordedEvent<E>, key: string) => Partial<Row>) =>
    (row: Row | undefined, event: RecordedEvent<E>, key: string): Row => {
      const before = row ?? { ...nothingKnown, customerId: key };
      return { ...before, ...change(before, event, key) };
    };

/** The row of a customer who is one of its own again. */
export function withoutMerge<Row extends { mergedInto?: string }>({ mergedInto: _, ...row }: Row): Omit<Row, 'mergedInto'> {
  return row;
}
