import { view } from '#event-sourcing';
import { type Money } from '#money';
import { isWithin, priceAt, PriceChanged, withPrice, type Period, type Price } from '../domain/price-list.js';

export interface PriceHistoryRow {
  pricelistId: string;
  offeringId: string;
  /** The earliest first. */
  prices: Price[];
  /** When the list as a whole holds. */
  list?: Period;
}

/** `price` is the one in force at the moment of the question; null before the first, and where the list does not hold. */
export interface PriceHistory extends PriceHistoryRow {
  price: Money | null;
}

/** Keyed `pricelist/offering`. */
export const priceHistory = view<PriceHistoryRow>('price_history', {
  version: 2,
  summary: 'What each offering costs on each price list, and did and will cost when.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: [],
  record: null,
  indexes: [{ offeringId: 1 }, { pricelistId: 1 }],
})
  .on(PriceChanged, ({ data }) => `${data.pricelistId}/${data.offeringId}`, (row, { data: { pricelistId, offeringId, price, effectiveFrom, list } }) => ({
    pricelistId, offeringId, prices: withPrice(row?.prices ?? [], { effectiveFrom, price }), ...(list && { list }),
  }))
  .computed<PriceHistory, unknown>({ fields: ['price'], compute: (row, now) => ({ ...row, price: (row.list && !isWithin(row.list, now) ? undefined : priceAt(row.prices, now)) ?? null }) });
