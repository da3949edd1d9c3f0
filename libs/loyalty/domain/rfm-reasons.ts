import { daysBetween, daysSince, dayOf } from './time.js';

interface Purchase {
  purchasedAt: string;
  currency: string;
  net: number;
  stands: boolean;
  events: readonly string[];
}

interface Reason {
  factor: string;
  value: number | null;
  without: number | null;
  events: string[];
}

interface Figures {
  recencyDays: number | null;
  frequency: number;
  monetary: number;
  meanIntervalDays: number | null;
}

/** Recency, frequency and money by the purchases that stand, in one currency. `now` is ISO 8601. */
export function figuresOf(purchases: readonly Purchase[], frequency: 'purchaseDays' | 'purchases', now: string): Figures {
  const standing = purchases.filter(({ stands }) => stands);
  const days = [...new Set(standing.map(({ purchasedAt }) => dayOf(purchasedAt)))].sort();
  const last = standing.reduce((latest, { purchasedAt }) => (purchasedAt > latest ? purchasedAt : latest), '');
  return {
    recencyDays: last === '' ? null : daysSince(Date.parse(last), Date.parse(now)),
    frequency: frequency === 'purchaseDays' ? days.length : standing.length,
    monetary: purchases.reduce((sum, { net }) => sum + net, 0),
    meanIntervalDays: days.length > 1 ? daysBetween(days[0]!, days.at(-1)!) / (days.length - 1) : null,
  };
}

/**
 * What each purchase, and all purchases of the last day together, contribute: each figure with what it would be if their events had
 * never been recorded. Figures that would stay the same are left out.
 */
export function rfmReasons(purchases: readonly Purchase[], frequency: 'purchaseDays' | 'purchases', now: string): Reason[] {
  const with_ = figuresOf(purchases, frequency, now);
  const byDay = new Map<string, Purchase[]>();
  for (const purchase of purchases) byDay.set(dayOf(purchase.purchasedAt), [...(byDay.get(dayOf(purchase.purchasedAt)) ?? []), purchase]);
  const groups = [...byDay.values()].sort(([one], [other]) => (one!.purchasedAt < other!.purchasedAt ? -1 : 1));
  return groups.flatMap((group) => {
    const without = figuresOf(purchases.filter((purchase) => !group.includes(purchase)), frequency, now);
    const events = group.flatMap((purchase) => purchase.events);
    return (Object.keys(with_) as (keyof Figures)[]).filter((factor) => with_[factor] !== without[factor]).map((factor) => ({ factor, value: with_[factor], without: without[factor], events }));
  });
}
