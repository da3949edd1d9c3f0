import { aggregate, DomainEvent, notFound, onKnown, Plain, wrongState } from '#event-sourcing';
import { type Money } from '#money';

// Names and fields of events are the storage format: changed only through an upcaster.

@DomainEvent()
export class PriceListPublished {
  pricelistId!: string;
  @Plain() name!: string;
  currency!: string;
  /** Moments from when and until when it holds; without the latter until further notice. */
  effectiveFrom!: string;
  @Plain() effectiveUntil?: string;
  /** A discount up to this many per cent needs nobody's approval. */
  freeDiscountPercent!: number;
}

@DomainEvent()
export class PriceChanged {
  pricelistId!: string;
  offeringId!: string;
  /** That it had at that time; absent where it had none. */
  former?: Money;
  price!: Money;
  effectiveFrom!: string;
  /** When the list as a whole holds. */
  @Plain() list?: Period;
}

/** Moments from when and until when; without the latter until further notice. */
export interface Period {
  effectiveFrom: string;
  effectiveUntil?: string;
}

export interface Price {
  effectiveFrom: string;
  price: Money;
}

export interface KnownPriceList extends Omit<PriceListPublished, 'pricelistId'> {
  /** By offering, the earliest first. */
  prices: Record<string, Price[]>;
}

/** Null: none was published under this id. */
export type PriceListState = KnownPriceList | null;

export const PriceList = aggregate<'pricelist', PriceListState>('pricelist', null)
  .on(PriceListPublished, (state, { pricelistId: _, ...said }) => ({ ...said, prices: state?.prices ?? {} }))
  .on(PriceChanged, onKnown<KnownPriceList>()(({ prices }, { offeringId, price, effectiveFrom }) => ({
    prices: { ...prices, [offeringId]: withPrice(prices[offeringId] ?? [], { effectiveFrom, price }) },
  })))
  .snapshot({ every: 50, version: 1 });

/** One price for each moment: a later word about the same moment replaces the earlier. */
export function withPrice(prices: readonly Price[], price: Price): Price[] {
  const others = prices.filter(({ effectiveFrom }) => effectiveFrom !== price.effectiveFrom);
  return [...others, price].sort((one, other) => (one.effectiveFrom < other.effectiveFrom ? -1 : 1));
}

/** The price in force at a moment; undefined where there is none yet. */
export const priceAt = (prices: readonly Price[] | undefined, moment: string): Money | undefined => prices?.findLast(({ effectiveFrom }) => effectiveFrom <= moment)?.price;

/** Whether a moment is in a period. */
export const isWithin = ({ effectiveFrom, effectiveUntil }: Period, moment: string): boolean =>
  moment >= effectiveFrom && (effectiveUntil === undefined || moment < effectiveUntil);

/** @throws Rejection `price-list-not-found` */
export function published(state: PriceListState, pricelistId: string): KnownPriceList {
  if (!state) throw notFound('price-list-not-found', `There is no price list ${pricelistId}; publish it first, or correct the id.`);
  return state;
}

/** @throws Rejection `price-list-not-found`, `price-list-not-in-force`, `price-missing` */
export function priceFrom(state: PriceListState, pricelistId: string, offeringId: string, moment: string): Money {
  const list = published(state, pricelistId);
  const { prices, effectiveFrom, effectiveUntil } = list;
  if (!isWithin(list, moment)) {
    throw wrongState('price-list-not-in-force', `Price list ${pricelistId} holds from ${effectiveFrom}${effectiveUntil === undefined ? '' : ` until ${effectiveUntil}`}, not at ${moment}; name another, or give unitPrice.`);
  }
  const price = priceAt(prices[offeringId], moment);
  if (!price) throw notFound('price-missing', `Price list ${pricelistId} has no price of ${offeringId} at ${moment}; send ChangePrice, or give unitPrice.`);
  return price;
}
