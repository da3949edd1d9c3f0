import { type ModelVersionRow } from '#models';
import { fitBgBb, type BgBb, type Renewals } from '#statistics';
import type { Buyer } from './buyers.js';
import { dayAfter } from './forecast.js';
import { dayOf } from './time.js';

export const PERIODS = ['month', 'quarter', 'year'] as const;
export type Period = (typeof PERIODS)[number];

const MONTHS: Readonly<Record<Period, number>> = { month: 1, quarter: 3, year: 12 };

/** Number of the calendar period that a day lies in. */
export function periodOf(day: string, period: Period): number {
  return Math.floor((Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1) / MONTHS[period]);
}

/** The last day of a calendar period. */
export function lastDayOf(number: number, period: Period): string {
  const months = (number + 1) * MONTHS[period];
  return dayOf(new Date(Date.UTC(Math.floor(months / 12), months % 12, 0)).toISOString());
}

/** The last of the periods that have ended, today being over. */
const endedBy = (today: string, period: Period): number => periodOf(dayAfter(today, 1), period) - 1;

/** Each calendar period after that of the first purchase is an opportunity to renew, once it has ended. */
export function renewalsOf({ days }: Buyer, today: string, period: Period): Renewals {
  const first = periodOf(days[0]!.day, period);
  const opportunities = endedBy(today, period) - first;
  const renewed = new Set(days.map(({ day }) => periodOf(day, period) - first).filter((number) => number > 0 && number <= opportunities));
  return { renewed: renewed.size, last: Math.max(0, ...renewed), opportunities: Math.max(0, opportunities) };
}

/** How many of the next periods are opportunities: not that of the first purchase, where it has not ended. */
export function opportunitiesAhead({ days }: Buyer, today: string, period: Period, next: number): number {
  return next - Math.max(0, periodOf(days[0]!.day, period) - endedBy(today, period));
}

/** The end of the next so many periods, counted from the one that is running. */
export const endOfNext = (today: string, period: Period, next: number): string => lastDayOf(endedBy(today, period) + next, period);

/** In how many periods, of those that had not ended on a day and have on another, the customer renewed. */
export function renewedBetween({ days }: Buyer, since: string, until: string, period: Period): number {
  const after = Math.max(endedBy(since, period), periodOf(days[0]!.day, period));
  return new Set(days.map(({ day }) => periodOf(day, period)).filter((number) => number > after && number <= endedBy(until, period))).size;
}

export const fitRenewals = (buyers: readonly Buyer[], today: string, period: Period) => fitBgBb(buyers.map((buyer) => renewalsOf(buyer, today, period)));

export interface RenewalModel {
  /** Missing where there is none; the notes say why. */
  bgBb?: BgBb;
  versions: Record<string, string>;
  notes: string[];
}

export interface RenewalSources {
  buyers: readonly Buyer[];
  today: string;
  period: Period;
  models: readonly ModelVersionRow[];
  currency: string;
}

/** The model of renewals by the period that was promoted by then, or that is fitted to the buyers of the day. */
export function renewalModelFor(choice: 'promoted' | 'fitted', { buyers, today, period, models, currency }: RenewalSources): RenewalModel {
  if (choice === 'fitted') {
    const fit = fitRenewals(buyers, today, period);
    return { ...(fit.fitted && { bgBb: fit.parameters }), versions: { bg_bb: `fitted to ${today}` }, notes: fit.fitted ? [] : [`The model could not be fitted. ${fit.reason}`] };
  }
  const found = models.find(({ status, method, data }) => status === 'promoted' && method === 'bg_bb' && data['currency'] === currency && data['period'] === period);
  if (found) return { bgBb: found.parameters as unknown as BgBb, versions: { bg_bb: `${found.modelId}/${found.version}` }, notes: [] };
  const train = `guanxi models train --model renewals --period ${period} --promote trains one, and --set model=fitted fits one for this answer`;
  return { versions: {}, notes: [`No model bg_bb of renewals by ${period} for ${currency} was promoted by then: ${train}.`] };
}
