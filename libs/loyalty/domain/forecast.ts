import { expectedPurchases, expectedRepeats, expectedSpend, fitBgNbd, fitGammaGamma, probabilityAlive, type BgNbd, type Fit, type GammaGamma } from '#statistics';
import { DAYS_IN_WEEK, repeatBuying, repeatSpending, type Buyer } from './buyers.js';
import { daysBetween, DAY_MS } from './time.js';

export interface BuyingFits {
  bgNbd: Fit<keyof BgNbd>;
  gammaGamma: Fit<keyof GammaGamma>;
}

/** Both models of buying, fitted to all buyers as of a day; times in weeks, amounts in minor units. */
export function fitBuying(buyers: readonly Buyer[], today: string): BuyingFits {
  return { bgNbd: fitBgNbd(buyers.map((buyer) => repeatBuying(buyer, today))), gammaGamma: fitGammaGamma(buyers.map(repeatSpending)) };
}

/** What is expected of a buyer. */
export interface Forecast {
  customerId: string;
  repeats: number;
  recency: number;
  age: number;
  probabilityAlive: number;
  /** Purchase days within the horizon. */
  expectedPurchases: number;
  /** Of a purchase day, in minor units; null where no model tells. */
  expectedSpend: number | null;
}

/** @param horizon in weeks */
export function forecastOf(buyer: Buyer, today: string, horizon: number, model: BgNbd, spending?: GammaGamma): Forecast {
  const history = repeatBuying(buyer, today);
  const own = repeatSpending(buyer);
  const spend = spending && expectedSpend(spending, own.average > 0 ? own : { purchases: 0, average: 0 });
  return {
    customerId: buyer.customerId, ...history, probabilityAlive: probabilityAlive(model, history),
    expectedPurchases: expectedPurchases(model, history, horizon), expectedSpend: spend ?? null,
  };
}

/** Customers with as many repeat purchases, and what they did and were expected to do after. */
export interface FrequencyClass {
  repeats: string;
  customers: number;
  expected: number;
  actual: number;
}

export const CLASSES = 7;

/**
 * What was expected of the buyers of an earlier day against what they did until today: by their repeat purchases, the last class being open.
 * @param before as of the earlier day @param now the same customers today
 */
export function heldOut(before: readonly Buyer[], now: ReadonlyMap<string, Buyer>, since: string, today: string, model: BgNbd): FrequencyClass[] {
  const weeks = daysBetween(since, today) / DAYS_IN_WEEK;
  const classes = Array.from({ length: CLASSES + 1 }, (_, repeats) => ({ repeats: repeats === CLASSES ? `${CLASSES}+` : String(repeats), customers: 0, expected: 0, actual: 0 }));
  for (const buyer of before) {
    const history = repeatBuying(buyer, since);
    const group = classes[Math.min(history.repeats, CLASSES)]!;
    group.customers += 1;
    group.expected += expectedPurchases(model, history, weeks);
    group.actual += now.get(buyer.customerId)?.days.filter(({ day }) => day > since).length ?? 0;
  }
  return classes;
}

export interface TrackedWeek {
  week: number;
  expected: number;
  actual: number;
}

/** Repeat purchases of a group of buyers, cumulated week by week from the first purchase of any: expected by the model, and what happened. */
export function tracked(buyers: readonly Buyer[], today: string, model: BgNbd): TrackedWeek[] {
  if (buyers.length === 0) return [];
  const begin = buyers.reduce((first, { days }) => (days[0]!.day < first ? days[0]!.day : first), buyers[0]!.days[0]!.day);
  const starts = new Map<number, number>();
  const repeats: number[] = [];
  for (const { days: [first, ...rest] } of buyers) {
    const start = daysBetween(begin, first!.day);
    starts.set(start, (starts.get(start) ?? 0) + 1);
    for (const { day } of rest) repeats.push(daysBetween(begin, day));
  }
  repeats.sort((one, other) => one - other);
  const weeks = Math.floor(daysBetween(begin, today) / DAYS_IN_WEEK);
  let done = 0;
  return Array.from({ length: weeks }, (_, index) => {
    const end = (index + 1) * DAYS_IN_WEEK;
    while (done < repeats.length && repeats[done]! <= end) done += 1;
    const expected = [...starts].reduce((sum, [start, customers]) => sum + customers * expectedRepeats(model, (end - start) / DAYS_IN_WEEK), 0);
    return { week: index + 1, expected, actual: done };
  });
}

/** The day so many days later. */
export const dayAfter = (day: string, days: number): string => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
