import { added } from '#money';
import { withAmount, withoutPurchase, withPurchase, type PurchaseDay, type PurchaseMark } from './purchase-days.js';
import { daysBetween } from './time.js';

/** What a customer bought in one currency. */
export interface CurrencyFacts {
  purchases: number;
  /** How many days have a purchase. */
  purchaseDays: number;
  /** Minor units, net of returns. */
  total: number;
  /** Times of the first and the last purchase; missing where all were returned. */
  first?: string;
  last?: string;
  /** Sum of the intervals between successive purchase days, in calendar days. */
  intervalDays: number;
  /** Ascending, each with its amount. */
  days: PurchaseDay[];
}

export type Currencies = Readonly<Record<string, CurrencyFacts>>;

/** A purchase as it is booked: its mark, its currency and what is left of its amount. */
export interface Booking extends PurchaseMark {
  currency: string;
  net: number;
}

const NOTHING: CurrencyFacts = { purchases: 0, purchaseDays: 0, total: 0, intervalDays: 0, days: [] };

export function booked(currencies: Currencies, { currency, net, ...mark }: Booking): Currencies {
  const known = currencies[currency] ?? NOTHING;
  return { ...currencies, [currency]: facts(known.purchases + 1, added(known.total, net), withAmount(withPurchase(known.days, mark), mark.at, net)) };
}

/** Takes a purchase out, with what is left of its amount. */
export function cancelled(currencies: Currencies, { currency, net, purchaseId, at }: Omit<Booking, 'eventId'>): Currencies {
  const known = currencies[currency];
  if (!known) return currencies;
  return replaced(currencies, currency, facts(known.purchases - 1, added(known.total, -net), withoutPurchase(withAmount(known.days, at, -net), purchaseId, at)));
}

/** Adds to what the purchases of a day came to. Negative: money went back. */
export function adjusted(currencies: Currencies, currency: string, by: number, purchasedAt: string): Currencies {
  const known = currencies[currency];
  return known ? replaced(currencies, currency, { ...known, total: added(known.total, by), days: withAmount(known.days, purchasedAt, by) }) : currencies;
}

function replaced(currencies: Currencies, currency: string, now: CurrencyFacts): Currencies {
  if (now.purchases > 0 || now.total !== 0) return { ...currencies, [currency]: now };
  const { [currency]: _, ...others } = currencies;
  return others;
}

function facts(purchases: number, total: number, days: PurchaseDay[]): CurrencyFacts {
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last) return { purchases, purchaseDays: 0, total, intervalDays: 0, days };
  return {
    purchases,
    purchaseDays: days.length,
    total,
    first: first.marks[0]!.at,
    last: last.marks.at(-1)!.at,
    intervalDays: first === last ? 0 : daysBetween(first.day, last.day),
    days,
  };
}
