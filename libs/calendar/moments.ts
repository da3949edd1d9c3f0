import { DateTime, type DurationLikeObject } from 'luxon';

/** A length of time, such as `{ days: 3 }` or `{ hours: 36 }`. Days, weeks and months are those of the calendar of the time zone. */
export type Span = DurationLikeObject;

/** Times are read and counted in this zone where none is given. */
export const DEFAULT_ZONE = 'utc';

/**
 * A moment so much later.
 * @param moment a date or a moment, ISO 8601. A date is its beginning in the zone.
 * @returns ISO 8601 in UTC.
 * @throws RangeError the moment, the span or the zone does not exist.
 */
export const plus = (moment: string, span: Span, zone = DEFAULT_ZONE): string => inUtc(read(moment, zone).plus(span));

/** A moment so much earlier. See {@link plus}. */
export const minus = (moment: string, span: Span, zone = DEFAULT_ZONE): string => inUtc(read(moment, zone).minus(span));

/**
 * The beginning of a day in the zone, ISO 8601 in UTC: the moment from which it is that day there.
 * @throws RangeError
 */
export const startOfDay = (moment: string, zone = DEFAULT_ZONE): string => inUtc(read(moment, zone).startOf('day'));

/** The moment at which the day is over in the zone, ISO 8601 in UTC: the beginning of the next one. @throws RangeError */
export const endOfDay = (moment: string, zone = DEFAULT_ZONE): string => inUtc(read(moment, zone).startOf('day').plus({ days: 1 }));

/** A time of the clock on the day, such as `09:00`, ISO 8601 in UTC. @throws RangeError */
export function atTime(moment: string, time: string, zone = DEFAULT_ZONE): string {
  const [hour, minute] = time.split(':').map(Number);
  return inUtc(read(moment, zone).set({ hour: hour!, minute: minute!, second: 0, millisecond: 0 }));
}

/** The day of a moment in the zone, `2026-01-31`. @throws RangeError */
export const dayOf = (moment: string, zone = DEFAULT_ZONE): string => read(moment, zone).toISODate()!;

/** Days of the calendar from one day to another; below 0 where the other is earlier. @throws RangeError */
export function daysBetween(from: string, to: string, zone = DEFAULT_ZONE): number {
  return Math.round(read(to, zone).startOf('day').diff(read(from, zone).startOf('day'), 'days').days);
}

/** @throws RangeError */
export function read(moment: string, zone: string): DateTime {
  const time = DateTime.fromISO(moment, { zone });
  if (!time.isValid) throw new RangeError(`${JSON.stringify(moment)} in the zone ${zone} is no time: ${time.invalidExplanation ?? time.invalidReason}.`);
  return time;
}

function inUtc(time: DateTime): string {
  if (!time.isValid) throw new RangeError(`No such time: ${time.invalidExplanation ?? time.invalidReason}.`);
  return time.toUTC().toISO()!;
}
