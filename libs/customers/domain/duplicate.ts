import { aggregate, DomainEvent, Personal } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.
// What two customers have in common is named and never shown: it is personal, and these events stay when either is erased.

export const DUPLICATE_GROUNDS = ['same-e-mail', 'same-phone', 'same-name', 'similar-name'] as const;
export type DuplicateGround = (typeof DUPLICATE_GROUNDS)[number];

/** Two records may be of the same customer. */
@DomainEvent()
export class DuplicateSuspected {
  duplicateId!: string;
  customerId!: string;
  otherCustomerId!: string;
  grounds!: readonly DuplicateGround[];
  /** From 0 to 1. */
  likeness!: number;
}

/** Somebody looked: they are two. */
@DomainEvent()
export class DuplicateDismissed {
  duplicateId!: string;
  customerId!: string;
  otherCustomerId!: string;
  @Personal({ subject: ['customerId', 'otherCustomerId'] }) reason!: string;
}

export interface KnownDuplicate {
  customerId: string;
  otherCustomerId: string;
  /** All that was ever found. */
  grounds: readonly DuplicateGround[];
  dismissed: boolean;
}

/** Null: nothing was suspected under this id. */
export type DuplicateState = KnownDuplicate | null;

export const Duplicate = aggregate<'duplicate', DuplicateState>('duplicate', null)
  .on(DuplicateSuspected, (known, { customerId, otherCustomerId, grounds }) => ({
    customerId, otherCustomerId, grounds: [...new Set([...(known?.grounds ?? []), ...grounds])], dismissed: false,
  }))
  .on(DuplicateDismissed, (known) => known && { ...known, dismissed: true });
