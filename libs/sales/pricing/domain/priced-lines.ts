import { invalid, wrongState } from '#event-sourcing';
import { lineOf, type Line } from '../../domain/lines.js';
import { type Money } from '#money';
import { agreedPriceAt, keyOfPrice, type CustomerPricesState } from './customer-prices.js';
import { type DiscountState, type KnownDiscount } from './discount.js';
import { priceAt, priceFrom, published, type PriceListState } from './price-list.js';

/** What somebody asks for: prices come from the list. */
export interface Wanted {
  offeringId: string;
  quantity: number;
  discountPercent?: number;
  taxPercent: number;
  /** Of what the list has no price of. */
  unitPrice?: Money;
}

export interface Terms {
  pricelistId: string;
  list: PriceListState;
  customerId: string;
  /** Prices of the customer's own. */
  own: CustomerPricesState | null;
  discountId?: string;
  discount: DiscountState;
  /** The moment whose prices count. */
  moment: string;
}

/**
 * Lines with the prices of the moment: the customer's own, or those of the list. A discount beyond what the list lets everybody give has to be granted.
 * @throws Rejection `price-missing`, `price-is-listed`, `discount-not-granted` …
 */
export function pricedLines(wanted: readonly Wanted[], terms: Terms): Line[] {
  return wanted.map(({ unitPrice, ...line }) => {
    refuseBeyond(line, terms);
    return lineOf({ ...line, unitPrice: unitPriceOf(line.offeringId, unitPrice, terms) });
  });
}

function unitPriceOf(offeringId: string, given: Money | undefined, { pricelistId, list, own, moment }: Terms): Money {
  const agreed = agreedPriceAt(own?.prices[keyOfPrice(pricelistId, offeringId)], moment);
  if (given !== undefined && agreed) throw invalid('price-is-agreed', `The customer has a price of their own for ${offeringId}: leave unitPrice out.`);
  if (agreed) return agreed;
  if (given === undefined) return priceFrom(list, pricelistId, offeringId, moment);
  const { currency, prices } = published(list, pricelistId);
  if (priceAt(prices[offeringId], moment)) throw invalid('price-is-listed', `Price list ${pricelistId} has a price of ${offeringId}: leave unitPrice out, or ask for a discount.`);
  if (given.currency !== currency) throw invalid('price-in-another-currency', `Price list ${pricelistId} is in ${currency}; give unitPrice in it.`);
  return given;
}

function refuseBeyond({ offeringId, discountPercent = 0 }: Omit<Wanted, 'unitPrice'>, { pricelistId, list, customerId, discountId, discount }: Terms): void {
  const { freeDiscountPercent } = published(list, pricelistId);
  if (discountPercent <= freeDiscountPercent) return;
  const granted = discountId !== undefined && discount ? grantedFor(discount, customerId, offeringId) : 0;
  if (discountPercent <= granted) return;
  const limit = granted > 0 ? `${granted} % are granted` : `${freeDiscountPercent} % need no approval`;
  throw wrongState('discount-not-granted', `${discountPercent} % off ${offeringId} is too much: ${limit}. Send RequestDiscount, have it granted, and name its discountId.`, { offeringId });
}

function grantedFor({ status, customerId, offeringId, percent }: KnownDiscount, forCustomer: string, forOffering: string): number {
  const applies = status === 'granted' && customerId === forCustomer && (offeringId === undefined || offeringId === forOffering);
  return applies ? percent : 0;
}
