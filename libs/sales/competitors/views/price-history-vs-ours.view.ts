import { view } from '#event-sourcing';
import { type Money } from '#money';
import { priceAt, PriceChanged, withPrice, type Price } from '../../pricing/domain/price-list.js';
import { CompetitorPriceObserved } from '../domain/competitor.js';

export interface PriceHistoryVsOursRow {
  /** Of ours by price list, the earliest first. */
  ours: Record<string, Price[]>;
  /** Of products that compete with it, by competitor and product, the earliest first. */
  theirs: { competitorId: string; product: string; prices: Price[] }[];
}

/** The last price of a competitor beside ours in the same currency. */
export interface PriceComparison {
  competitorId: string;
  product: string;
  price: Money;
  pricelistId: string;
  ours: Money;
  /** How much more than theirs ours is, in per cent with one decimal; below 0 ours is lower. */
  oursIsHigherBy: number;
}

/** `compared`: at the moment of the question. */
export type PriceHistoryVsOurs = PriceHistoryVsOursRow & { compared: PriceComparison[] };

const noPrices: PriceHistoryVsOursRow = { ours: {}, theirs: [] };

/** Keyed by offering. */
export const priceHistoryVsOurs = view<PriceHistoryVsOursRow>('price_history_vs_ours', {
  version: 1,
  summary: 'What each of our products and services cost over time beside those that compete with it.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ 'theirs.competitorId': 1 }],
})
  .on(PriceChanged, ({ data }) => data.offeringId, (row = noPrices, { data: { pricelistId, price, effectiveFrom } }) => ({
    ...row, ours: { ...row.ours, [pricelistId]: withPrice(row.ours[pricelistId] ?? [], { effectiveFrom, price }) },
  }))
  .on(CompetitorPriceObserved, ({ data }) => data.offeringId, (row = noPrices, { data: { competitorId, product, price }, occurredAt }) => {
    const isIt = (each: { competitorId: string; product: string }) => each.competitorId === competitorId && each.product === product;
    const before = row.theirs.find(isIt)?.prices ?? [];
    return { ...row, theirs: [...row.theirs.filter((each) => !isIt(each)), { competitorId, product, prices: withPrice(before, { effectiveFrom: occurredAt, price }) }] };
  })
  .computed<PriceHistoryVsOurs, unknown>({ fields: ['compared'], compute: (row, now) => ({ ...row, compared: comparedAt(row, now) }) });

function comparedAt({ ours, theirs }: PriceHistoryVsOursRow, now: string): PriceComparison[] {
  return theirs.flatMap(({ competitorId, product, prices }) => {
    const price = priceAt(prices, now);
    if (!price || price.amount === 0) return [];
    return Object.entries(ours).flatMap(([pricelistId, list]) => {
      const our = priceAt(list, now);
      return our?.currency === price.currency ? [{ competitorId, product, price, pricelistId, ours: our, oursIsHigherBy: Math.round((our.amount / price.amount - 1) * 1_000) / 10 }] : [];
    });
  });
}
