import { DomainEvent, Personal, Plain } from '#event-sourcing';
import { type Money } from '#money';

// Names and fields of events are the storage format: changed only through an upcaster.

export { type Money } from '#money';

export interface PurchaseItem {
  product: string;
  /** Units. */
  quantity: number;
  /** Of the whole line, in the currency of the purchase. */
  amount?: Money;
}

/** What is said about a purchase. Returns do not change it: they are said beside it. */
export interface PurchaseFacts {
  customerId: string;
  /** ISO 8601 in UTC. */
  purchasedAt: string;
  amount: Money;
  /** Units of all items together. */
  quantity?: number;
  items?: PurchaseItem[];
  channel?: string;
  place?: string;
}

export interface ReturnedItem {
  product: string;
  quantity: number;
}

/** A customer bought; `occurredAt` is when. */
@DomainEvent()
export class PurchaseRecorded {
  purchaseId!: string;
  customerId!: string;
  amount!: Money;
  quantity?: number;
  @Plain() items?: PurchaseItem[];
  @Plain() channel?: string;
  /** Of the firm: a shop, a market. */
  @Plain() place?: string;
}

/** Goods or money of a purchase went back. */
@DomainEvent()
export class PurchaseReturned {
  purchaseId!: string;
  customerId!: string;
  /** When the purchase was made. */
  purchasedAt!: string;
  /** Money paid back now. */
  amount!: Money;
  /** Units given back now. */
  quantity?: number;
  @Plain() items?: ReturnedItem[];
  /** Nothing is left of the purchase: it counts as never made. */
  whole!: boolean;
  @Personal() reason?: string;
}

/** What was said about a purchase was wrong. Both versions are complete. */
@DomainEvent({ handsOver: { from: 'from.customerId', to: 'to.customerId' } })
export class PurchaseCorrected {
  purchaseId!: string;
  /** Whose purchase it is: `to.customerId`. */
  customerId!: string;
  @Plain() from!: PurchaseFacts;
  @Plain() to!: PurchaseFacts;
  /** Money paid back so far. */
  returned!: Money;
  @Personal() reason!: string;
}
