import { type Bought, type PurchaseHistory } from './purchase-histories.js';

const DAY_MS = 86_400_000;
const RECENT_DAYS = 90;

/** What is known of a customer's behaviour at a moment, each with what it is measured in. */
export const FEATURES = {
  recencyDays: 'days since the last purchase',
  tenureDays: 'days since the first purchase',
  purchaseDays: 'days on which the customer bought',
  recentPurchaseDays: `of these in the last ${RECENT_DAYS} days`,
  meanIntervalDays: 'mean days from one purchase day to the next; tenure where there was one alone',
  overdue: 'recency as a multiple of the mean interval',
  spend: 'amount of all purchases together, logarithm',
  meanAmount: 'mean amount of a purchase, logarithm',
} as const;

export type Feature = keyof typeof FEATURES;
export const FEATURE_NAMES = Object.keys(FEATURES) as Feature[];

export interface CustomerFeatures {
  customerId: string;
  values: Readonly<Record<Feature, number>>;
  /** The purchases that they are made of. */
  bought: readonly Bought[];
}

/**
 * Features as of a moment, of those who had bought by then: nothing later goes in.
 * @param currency amounts in others are left out
 */
export function featuresOf(histories: readonly PurchaseHistory[], now: string, currency: string): CustomerFeatures[] {
  return histories.flatMap((history) => {
    const known = made.get(history);
    if (known?.now === now && known.currency === currency) return known.features;
    const features = featuresOfOne(history, now, currency);
    made.set(history, { now, currency, features });
    return features;
  });
}

/** Who explains a row asks again and again with the rows of all other customers as they were: what was made of a row last is kept with it. */
const made = new WeakMap<PurchaseHistory, { now: string; currency: string; features: CustomerFeatures[] }>();

function featuresOfOne({ customerId, bought }: PurchaseHistory, now: string, currency: string): CustomerFeatures[] {
  const known = bought.filter(({ at }) => at <= now);
  return known.length === 0 ? [] : [{ customerId, bought: known, values: valuesOf(known, Date.parse(now), currency) }];
}

/** The currency of most purchases; of several the first by name. */
export function mainCurrency(histories: readonly PurchaseHistory[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { bought } of histories) for (const { currency } of bought) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  return [...counts].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1))[0]?.[0];
}

function valuesOf(bought: readonly Bought[], now: number, currency: string): Record<Feature, number> {
  const days = [...new Set(bought.map(({ at }) => at.slice(0, 10)))].sort();
  const [first, last] = [Date.parse(bought[0]!.at), Date.parse(bought.at(-1)!.at)];
  const tenureDays = (now - first) / DAY_MS;
  const recencyDays = (now - last) / DAY_MS;
  const meanIntervalDays = days.length > 1 ? (Date.parse(days.at(-1)!) - Date.parse(days[0]!)) / DAY_MS / (days.length - 1) : Math.max(1, tenureDays);
  const amounts = bought.filter((each) => each.currency === currency).map(({ amount }) => Math.max(0, amount));
  const spend = amounts.reduce((sum, amount) => sum + amount, 0);
  return {
    recencyDays, tenureDays, meanIntervalDays,
    purchaseDays: days.length,
    recentPurchaseDays: days.filter((day) => now - Date.parse(day) <= RECENT_DAYS * DAY_MS).length,
    overdue: recencyDays / meanIntervalDays,
    spend: Math.log1p(spend),
    meanAmount: Math.log1p(amounts.length === 0 ? 0 : spend / amounts.length),
  };
}
