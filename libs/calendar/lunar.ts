import { DateTime } from 'luxon';
import { LunarMonth, SolarDay } from 'tyme4ts';
import { DEFAULT_ZONE, read } from './moments.js';

/** A day of the traditional Chinese calendar. */
export interface LunarDate {
  /** From 1 to 12. */
  month: number;
  /** From 1 to 30. */
  day: number;
  /** Of the month that is put in behind the month of the same number. */
  leap: boolean;
}

/** A day of a year, whatever the calendar. */
export type MonthAndDay = Omit<LunarDate, 'leap'>;

/** The day of the traditional Chinese calendar that a date is, `2026-02-17`. @throws RangeError it is no date. */
export function lunarDateOf(date: string): LunarDate {
  const { year, month, day } = read(date, DEFAULT_ZONE);
  const lunar = SolarDay.fromYmd(year, month, day).getLunarDay();
  return { month: Math.abs(lunar.getMonth()), day: lunar.getDay(), leap: lunar.getLunarMonth().isLeap() };
}

/**
 * The first date after another on which a day of the traditional Chinese calendar falls, leap months left out. The 30th
 * is the 29th in a month that has no more days.
 * @param after a date or moment, ISO 8601; the day of it in the zone does not count.
 * @throws RangeError there is no such day, or it is no time.
 */
export function nextLunarDate(after: string, { month, day }: MonthAndDay, zone = DEFAULT_ZONE): string {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 30)) throw new RangeError(`The traditional calendar has no day ${day} of month ${month}.`);
  const from = read(after, zone);
  const year = SolarDay.fromYmd(from.year, from.month, from.day).getLunarDay().getYear();
  const thisYear = inLunarYear(year, month, day);
  return thisYear > from.toISODate()! ? thisYear : inLunarYear(year + 1, month, day);
}

function inLunarYear(year: number, month: number, day: number): string {
  const lunarMonth = LunarMonth.fromYm(year, month);
  const first = lunarMonth.getFirstJulianDay().getSolarDay();
  const date = first.next(Math.min(day, lunarMonth.getDayCount()) - 1);
  return DateTime.utc(date.getYear(), date.getMonth(), date.getDay()).toISODate()!;
}

/**
 * The first date after another with this day and month; 29 February is 28 February in years without it.
 * @param after a date or moment, ISO 8601; the day of it in the zone does not count.
 * @throws RangeError there is no such day, or it is no time.
 */
export function nextSolarDate(after: string, { month, day }: MonthAndDay, zone = DEFAULT_ZONE): string {
  const from = DateTime.fromISO(read(after, zone).toISODate()!, { zone: 'utc' });
  const inYear = (year: number) => DateTime.utc(2000, month, day).set({ year });
  if (!inYear(2000).isValid) throw new RangeError(`There is no day ${day} of month ${month}.`);
  const thisYear = inYear(from.year);
  return (thisYear > from ? thisYear : inYear(from.year + 1)).toISODate()!;
}
