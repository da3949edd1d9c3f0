import { buildMessage, ValidateBy, type ValidationOptions } from 'class-validator';

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MOMENT = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const BIRTHDAY_WITHOUT_YEAR = /^--\d{2}-\d{2}$/;
/** A leap year, in which every day exists that exists in some year. */
const SOME_LEAP_YEAR = '2000';

/** Business time of a past fact: a moment with its time zone, or a date. */
export function IsOccurredAt(options?: ValidationOptions): PropertyDecorator {
  const message = 'a date such as "2026-01-31", or a moment with its time zone such as "2026-01-31T18:00:00+08:00"';
  return rule('isOccurredAt', (value) => isIsoDate(value) || isMoment(value), message, options);
}

/** A moment with its time zone, ISO 8601. */
export function IsMoment(options?: ValidationOptions): PropertyDecorator {
  return rule('isMoment', isMoment, 'a moment with its time zone such as "2026-01-31T18:00:00+08:00"', options);
}

/** A date that the calendar has, `YYYY-MM-DD`. */
export function IsIsoDate(options?: ValidationOptions): PropertyDecorator {
  return rule('isIsoDate', isIsoDate, 'a date that exists, such as "2026-01-31"', options);
}

/** A date of birth, or `--MM-DD` where the year is not known. */
export function IsBirthday(options?: ValidationOptions): PropertyDecorator {
  return rule('isBirthday', isBirthday, 'a date such as "1980-05-31", or "--05-31" where the year is not known', options);
}

export function isIsoDate(value: unknown): boolean {
  const parts = typeof value === 'string' ? DATE.exec(value) : null;
  if (!parts) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

export function isMoment(value: unknown): boolean {
  const parts = typeof value === 'string' ? MOMENT.exec(value) : null;
  return parts !== null && isIsoDate(parts[1]);
}

function isBirthday(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return isIsoDate(BIRTHDAY_WITHOUT_YEAR.test(value) ? SOME_LEAP_YEAR + value.slice(1) : value);
}

function rule(name: string, validate: (value: unknown) => boolean, wanted: string, options?: ValidationOptions): PropertyDecorator {
  const defaultMessage = buildMessage((each) => `${each}$property must be ${wanted}`, options);
  return ValidateBy({ name, validator: { validate, defaultMessage } }, options);
}
