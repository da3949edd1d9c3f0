import { aggregate, DomainEvent, onKnown, Personal, Plain, stateMachine } from '#event-sourcing';
import { type Money } from '#money';

// Names and fields of events are the storage format: changed only through an upcaster.

/** From the most urgent to the least. */
export const URGENCIES = ['now', 'this-month', 'this-quarter', 'this-year', 'some-day'] as const;
export type Urgency = (typeof URGENCIES)[number];

const WITH = ['customerId', 'contactId'];

/** What a customer means to buy. */
export interface Intention {
  offeringId: string;
  quantity?: number;
  /** What they mean to spend. */
  amount?: Money;
  urgency: Urgency;
}

@DomainEvent()
export class PurchaseIntentionRecorded {
  purchaseintentionId!: string;
  customerId!: string;
  /** The contact person who said so. */
  contactId?: string;
  @Plain() intention!: Intention;
  @Personal({ subject: WITH }) traits?: string;
}

@DomainEvent()
export class PurchaseIntentionRevised {
  purchaseintentionId!: string;
  customerId!: string;
  @Plain() former!: Intention;
  @Plain() intention!: Intention;
  @Personal() reason?: string;
}

/** They mean to buy it no longer. */
@DomainEvent()
export class PurchaseIntentionLapsed {
  purchaseintentionId!: string;
  customerId!: string;
  @Personal() reason?: string;
}

export interface KnownPurchaseIntention {
  status: 'standing' | 'lapsed';
  customerId: string;
  intention: Intention;
}

/** Null: none was recorded under this id. */
export type PurchaseIntentionState = KnownPurchaseIntention | null;

const on = onKnown<KnownPurchaseIntention>();

export const PurchaseIntention = aggregate<'purchaseintention', PurchaseIntentionState>('purchaseintention', null)
  .on(PurchaseIntentionRecorded, (_, { customerId, intention }) => ({ status: 'standing', customerId, intention }))
  .on(PurchaseIntentionRevised, on((_, { intention }) => ({ intention })))
  .on(PurchaseIntentionLapsed, on(() => ({ status: 'lapsed' })));

/** What is possible with a purchase intention in each state. */
export const intentionFor = stateMachine<KnownPurchaseIntention['status']>('purchase intention', { standing: ['RevisePurchaseIntention', 'LapsePurchaseIntention'], lapsed: [] });
