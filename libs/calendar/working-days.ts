import { type DateTime } from 'luxon';
import { DEFAULT_ZONE, read } from './moments.js';

const SATURDAY = 6;
const SUNDAY = 7;
/** No firm rests for so long; whoever names more holidays has made a mistake. */
const DAYS_AT_MOST = 3_660;

/** On which days is worked. */
export interface WorkingWeek {
  /** Days of the week on which is not: 1 Monday … 7 Sunday. Default Saturday and Sunday. */
  weekend?: readonly number[];
  /** Dates on which is not worked, `2026-10-01`. */
  holidays?: readonly string[];
  /** Dates on which is worked though they are of the weekend, as in China before and after long holidays. */
  madeUp?: readonly string[];
  /** Default UTC. */
  zone?: string;
}

/** Whether is worked on the day of a moment. @throws RangeError it is no time. */
export function isWorkingDay(moment: string, week: WorkingWeek = {}): boolean {
  return isWorked(read(moment, week.zone ?? DEFAULT_ZONE), rulesOf(week));
}

/**
 * The date so many working days later, or earlier where the number is below 0. With 0 the day itself where it is one,
 * otherwise the next.
 * @throws RangeError it is no time, or no working day is found.
 */
export function plusWorkingDays(moment: string, days: number, week: WorkingWeek = {}): string {
  const rules = rulesOf(week);
  let day = read(moment, week.zone ?? DEFAULT_ZONE).startOf('day');
  const step = { days: days < 0 ? -1 : 1 };
  for (let left = Math.abs(days), looked = 0; left > 0 || !isWorked(day, rules); looked++) {
    if (looked > DAYS_AT_MOST + Math.abs(days) * 7) throw new RangeError(`No working day is found near ${moment}.`);
    day = day.plus(step);
    if (left > 0 && isWorked(day, rules)) left--;
  }
  return day.toISODate()!;
}

/** Working days after the one date up to and with the other. @throws RangeError */
export function workingDaysBetween(from: string, to: string, week: WorkingWeek = {}): number {
  const rules = rulesOf(week);
  const zone = week.zone ?? DEFAULT_ZONE;
  const end = read(to, zone).startOf('day');
  let count = 0;
  for (let day = read(from, zone).startOf('day').plus({ days: 1 }); day <= end; day = day.plus({ days: 1 })) if (isWorked(day, rules)) count++;
  return count;
}

interface Rules {
  weekend: ReadonlySet<number>;
  holidays: ReadonlySet<string>;
  madeUp: ReadonlySet<string>;
}

const rulesOf = ({ weekend = [SATURDAY, SUNDAY], holidays = [], madeUp = [] }: WorkingWeek): Rules => ({ weekend: new Set(weekend), holidays: new Set(holidays), madeUp: new Set(madeUp) });

function isWorked(day: DateTime, { weekend, holidays, madeUp }: Rules): boolean {
  const date = day.toISODate()!;
  return madeUp.has(date) || (!weekend.has(day.weekday) && !holidays.has(date));
}
