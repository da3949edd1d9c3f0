import type { Renewals } from '#statistics';
import type { Buyer } from './buyers.js';

export const PERIODS = ['month', 'quarter', 'year'] as const;
export type Period = (typeof PERIODS)[number];

const MONTHS: Readonly<Record<Period, number>> = { month: 1, quarter: 3, year: 12 };

/** Number of the calendar period that a day lies in. */
export function periodOf(day: string, period: Period): number {
  return Math.floor((Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1) / MONTHS[period]);
}

/** Each calendar period after that of the first purchase is an opportunity to renew, once it has ended. `tomorrow` is the day after today. */
export function renewalsOf({ days }: Buyer, tomorrow: string, period: Period): Renewals {
  const first = periodOf(days[0]!.day, period);
  const opportunities = periodOf(tomorrow, period) - 1 - first;
  const renewed = new Set(days.map(({ day }) => periodOf(day, period) - first).filter((number) => number > 0 && number <= opportunities));
  return { renewed: renewed.size, last: Math.max(0, ...renewed), opportunities: Math.max(0, opportunities) };
}
