import { aggregate, DomainEvent, Personal } from '#event-sourcing';
import { type Money } from '#money';

// Names and fields of events are the storage format: changed only through an upcaster.

/** The customer was thanked for a purchase. */
@DomainEvent()
export class ThankYouLetterSent {
  letterId!: string;
  customerId!: string;
  orderId!: string;
  /** What they paid or are to pay. */
  amount!: Money;
  /** Where it went; absent where no address was known. */
  @Personal() email?: string;
}

/** Null: none was sent under this id. */
export type LetterState = { customerId: string } | null;

export const Letter = aggregate<'letter', LetterState>('letter', null).on(ThankYouLetterSent, (_, { customerId }) => ({ customerId }));
