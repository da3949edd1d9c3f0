import { onRow, view } from '#event-sourcing';
import { type Money } from '#money';
import { agreedPriceAt, CustomerPriceAgreed, CustomerPriceEnded, endedAt, type AgreedPrice } from '../domain/customer-prices.js';

export interface CustomerPriceRow {
  customerId: string;
  pricelistId: string;
  offeringId: string;
  /** In the order in which they were agreed; of those that hold at a moment the last counts. */
  agreed: AgreedPrice[];
}

/** `price` is the one in force at the moment of the question; null where that of the list counts. */
export type CustomerPrice = CustomerPriceRow & { price: Money | null };

const keyOf = ({ customerId, pricelistId, offeringId }: CustomerPriceAgreed | CustomerPriceEnded): string => `${customerId}/${pricelistId}/${offeringId}`;

/** Keyed `customer/pricelist/offering`. */
export const customerPrices = view<CustomerPriceRow>('customer_prices', {
  version: 1,
  summary: 'Prices of their own that customers pay, and did and will pay when.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: 'customerId',
  indexes: [{ customerId: 1 }, { offeringId: 1 }],
})
  .on(CustomerPriceAgreed, ({ data }) => keyOf(data), (row, { data: { customerId, pricelistId, offeringId, price, effectiveFrom, effectiveUntil } }) => ({
    customerId, pricelistId, offeringId, agreed: [...(row?.agreed ?? []), { price, effectiveFrom, ...(effectiveUntil !== undefined && { effectiveUntil }) }],
  }))
  .on(CustomerPriceEnded, ({ data }) => keyOf(data), onRow(({ agreed }, { data: { effectiveUntil } }) => ({ agreed: endedAt(agreed, effectiveUntil) })))
  .computed<CustomerPrice, unknown>({ fields: ['price'], compute: (row, now) => ({ ...row, price: agreedPriceAt(row.agreed, now) ?? null }) });
