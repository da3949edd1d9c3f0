import { aggregate, DomainEvent, onKnown, Plain } from '#event-sourcing';
import { type Money } from '#money';

// Names and fields of events are the storage format: changed only through an upcaster.

/** A customer pays a price of their own for an offering, in place of that of a price list. */
@DomainEvent()
export class CustomerPriceAgreed {
  /** The id of the customer. */
  customerpricesId!: string;
  customerId!: string;
  pricelistId!: string;
  offeringId!: string;
  price!: Money;
  /** Moments from when and until when it holds; without the latter until further notice. */
  effectiveFrom!: string;
  @Plain() effectiveUntil?: string;
}

/** From a moment on the price of the list counts again. */
@DomainEvent()
export class CustomerPriceEnded {
  customerpricesId!: string;
  customerId!: string;
  pricelistId!: string;
  offeringId!: string;
  @Plain() effectiveUntil!: string;
}

export interface AgreedPrice {
  price: Money;
  effectiveFrom: string;
  effectiveUntil?: string;
}

/** By `pricelist/offering`, in the order in which they were agreed: what was agreed later comes before what was agreed earlier. */
export interface CustomerPricesState {
  customerId: string;
  prices: Record<string, AgreedPrice[]>;
}

export const keyOfPrice = (pricelistId: string, offeringId: string): string => `${pricelistId}/${offeringId}`;

/** Null: the customer never had a price of their own. */
export const CustomerPrices = aggregate<'customerprices', CustomerPricesState | null>('customerprices', null)
  .on(CustomerPriceAgreed, (state, { customerId, pricelistId, offeringId, price, effectiveFrom, effectiveUntil }) => {
    const key = keyOfPrice(pricelistId, offeringId);
    const agreed = { price, effectiveFrom, ...(effectiveUntil !== undefined && { effectiveUntil }) };
    return { customerId, prices: { ...state?.prices, [key]: [...(state?.prices[key] ?? []), agreed] } };
  })
  .on(CustomerPriceEnded, onKnown<CustomerPricesState>()(({ prices }, { pricelistId, offeringId, effectiveUntil }) => {
    const key = keyOfPrice(pricelistId, offeringId);
    return { prices: { ...prices, [key]: endedAt(prices[key] ?? [], effectiveUntil) } };
  }));

/** The same prices, none of which holds after a moment. */
export const endedAt = (agreed: readonly AgreedPrice[], moment: string): AgreedPrice[] =>
  agreed.filter(({ effectiveFrom }) => effectiveFrom < moment).map((each) => (each.effectiveUntil === undefined || each.effectiveUntil > moment ? { ...each, effectiveUntil: moment } : each));

/** The price of their own that holds at a moment: the one agreed last; undefined where that of the list counts. */
export const agreedPriceAt = (agreed: readonly AgreedPrice[] | undefined, moment: string): Money | undefined =>
  agreed?.findLast(({ effectiveFrom, effectiveUntil }) => effectiveFrom <= moment && (effectiveUntil === undefined || moment < effectiveUntil))?.price;
