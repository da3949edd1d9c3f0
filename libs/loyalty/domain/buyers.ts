import type { RepeatBuying, Spending } from '#statistics';
import type { Currencies } from './currency-facts.js';
import { inForce, inForceOrder, type LoyaltyRules, type PolicyVersion } from './policies.js';
import { daysBetween } from './time.js';

/** A day on which somebody bought, and what it came to in minor units, net of returns. */
export interface BuyingDay {
  day: string;
  purchases: number;
  amount: number;
}

/** What somebody bought in one currency; at least once. */
export interface Buyer {
  customerId: string;
  /** Ascending. */
  days: readonly BuyingDay[];
  /** Minor units. */
  total: number;
}

/** What is known of somebody who may have bought. */
export interface BuyingRow {
  customerId: string;
  currencies: Currencies;
}

export const DAYS_IN_WEEK = 7;
/** 365 days ÷ 12 ÷ 7: 4.345. */
export const WEEKS_IN_MONTH = 365 / 12 / DAYS_IN_WEEK;

/** Everybody with a purchase in the currency that stands. */
export function buyersIn(currency: string, rows: readonly BuyingRow[]): Buyer[] {
  return rows.flatMap(({ customerId, currencies }) => {
    const facts = currencies[currency];
    if (!facts || facts.days.length === 0) return [];
    const days = facts.days.map(({ day, count, amount = 0 }) => ({ day, purchases: count, amount }));
    return [{ customerId, days, total: facts.total }];
  });
}

/**
 * Repeat purchase days, recency (first to last purchase day) and age (first purchase day to `today`), in weeks; those of a day count once.
 * Source of the definition: Fader, Hardie and Lee (2005).
 */
export function repeatBuying({ days }: Buyer, today: string): RepeatBuying {
  const first = days[0]!.day;
  return {
    repeats: days.length - 1,
    recency: daysBetween(first, days.at(-1)!.day) / DAYS_IN_WEEK,
    age: daysBetween(first, today) / DAYS_IN_WEEK,
  };
}

/** What repeat purchase days came to on average, in minor units; the first purchase is left out. */
export function repeatSpending({ days }: Buyer): Spending {
  const repeats = days.slice(1);
  const total = repeats.reduce((sum, { amount }) => sum + amount, 0);
  return { purchases: repeats.length, average: repeats.length > 0 ? total / repeats.length : 0 };
}

/** The currency that was chosen or else that of the policy in force; undefined where there is neither. */
export function currencyOf(chosen: string | undefined, policies: readonly { kind: string }[], now: string): string | undefined {
  if (chosen !== undefined) return chosen;
  const versions = policies.filter((policy): policy is { kind: string } & PolicyVersion<LoyaltyRules> => policy.kind === 'loyalty');
  return inForce(inForceOrder(versions), now)?.rules.currency;
}

/** That nobody bought in the currency, and what is left out because amounts of different currencies are never added. */
export function leftOut(currency: string, rows: readonly BuyingRow[]): string[] {
  const others = new Map<string, number>();
  for (const { currencies } of rows) for (const [name, { purchases }] of Object.entries(currencies)) if (name !== currency && purchases > 0) others.set(name, (others.get(name) ?? 0) + 1);
  const nobody = rows.some(({ currencies }) => (currencies[currency]?.days.length ?? 0) > 0) ? [] : [`No purchase in ${currency} stands: there is no buyer to tell of.`];
  return [...nobody, ...[...others].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, customers]) => `Purchases in ${name} of ${customers} customers are left out: amounts of different currencies are never added. Choose with currency=${name}.`)];
}

export const NO_CURRENCY = 'No loyalty policy is published that names a currency, and none was chosen: give currency, or publish a policy.';
