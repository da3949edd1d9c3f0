import { added } from '#money';
import { type Money, type PurchaseCorrected, type PurchaseReturned } from '#purchases';
import { once, takenBack, type Occurrences } from './occurrences.js';

/** The purchases of a customer that stand. */
export interface PurchasesSeen extends Occurrences {
  /** Null: none, or not known since the first ones were taken back. */
  first: string | null;
  /** The one after, should the first one be taken back. */
  afterFirst: string | null;
  /** `total`: minor units, net of returns. */
  byCurrency: Readonly<Record<string, { count: number; total: number }>>;
}

export const noPurchases: PurchasesSeen = { count: 0, last: null, beforeLast: null, first: null, afterFirst: null, byCurrency: {} };

export function withPurchase(seen: PurchasesSeen, at: string, net: Money): PurchasesSeen {
  const { count, last, beforeLast } = once(seen, at);
  const [first, afterFirst] = earliestWith(seen, at);
  return { count, last, beforeLast, first, afterFirst, byCurrency: booked(seen.byCurrency, net.currency, 1, net.amount) };
}

function earliestWith({ count, first, afterFirst }: PurchasesSeen, at: string): [string | null, string | null] {
  if (count === 0) return [at, null];
  if (first === null) return [null, null];
  if (at < first) return [at, first];
  const second = count === 1 || (afterFirst !== null && at < afterFirst);
  return [first, second ? at : afterFirst];
}

export function afterReturn(seen: PurchasesSeen, { purchasedAt, amount, whole }: PurchaseReturned): PurchasesSeen {
  if (whole) return withoutPurchase(seen, purchasedAt, amount);
  return { ...seen, byCurrency: booked(seen.byCurrency, amount.currency, 0, -amount.amount) };
}

/** What a correction changes for one customer: a purchase may leave one and come to another. */
export function afterCorrection(seen: PurchasesSeen, { from, to, returned }: PurchaseCorrected, customerId: string): PurchasesSeen {
  const net = (amount: Money): Money => ({ ...amount, amount: amount.amount - returned.amount });
  const without = customerId === from.customerId ? withoutPurchase(seen, from.purchasedAt, net(from.amount)) : seen;
  return customerId === to.customerId ? withPurchase(without, to.purchasedAt, net(to.amount)) : without;
}

function withoutPurchase(seen: PurchasesSeen, at: string, net: Money): PurchasesSeen {
  const left = takenBack(seen, at);
  const [first, afterFirst] = earliestWithout(left, seen, at);
  return { ...left, first, afterFirst, byCurrency: booked(seen.byCurrency, net.currency, -1, -net.amount) };
}

/** The only one that is left is also the first. */
function earliestWithout({ count, last }: Occurrences, { first, afterFirst }: PurchasesSeen, at: string): [string | null, string | null] {
  if (count === 0 || (count === 1 && last !== null)) return [last, null];
  if (at === first) return [afterFirst, null];
  return [first, at === afterFirst ? null : afterFirst];
}

function booked(byCurrency: PurchasesSeen['byCurrency'], currency: string, purchases: number, amount: number): PurchasesSeen['byCurrency'] {
  const known = byCurrency[currency];
  const count = (known?.count ?? 0) + purchases;
  const total = added(known?.total ?? 0, amount);
  if (count > 0 || total !== 0) return { ...byCurrency, [currency]: { count, total } };
  const { [currency]: _, ...others } = byCurrency;
  return others;
}
