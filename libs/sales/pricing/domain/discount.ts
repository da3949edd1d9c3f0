import { aggregate, DomainEvent, onKnown, Personal, stateMachine } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

@DomainEvent()
export class DiscountRequested {
  discountId!: string;
  customerId!: string;
  /** For this offering alone; absent: for all. */
  offeringId?: string;
  percent!: number;
  @Personal() reason!: string;
}

@DomainEvent()
export class DiscountGranted {
  discountId!: string;
  customerId!: string;
  /** May be less than was asked for. */
  percent!: number;
}

@DomainEvent()
export class DiscountRefused {
  discountId!: string;
  customerId!: string;
  @Personal() reason!: string;
}

export interface KnownDiscount {
  status: 'requested' | 'granted' | 'refused';
  customerId: string;
  offeringId?: string;
  percent: number;
}

/** Null: none was requested under this id. */
export type DiscountState = KnownDiscount | null;

const on = onKnown<KnownDiscount>();

export const Discount = aggregate<'discount', DiscountState>('discount', null)
  .on(DiscountRequested, (_, { customerId, offeringId, percent }) => ({ status: 'requested', customerId, percent, ...(offeringId !== undefined && { offeringId }) }))
  .on(DiscountGranted, on((_, { percent }) => ({ status: 'granted', percent })))
  .on(DiscountRefused, on(() => ({ status: 'refused' })));

/** What is possible with a discount in each state. */
export const discountFor = stateMachine<KnownDiscount['status']>('discount', { requested: ['GrantDiscount', 'RefuseDiscount'], granted: [], refused: [] });
