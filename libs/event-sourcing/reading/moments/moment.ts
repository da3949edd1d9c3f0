import { InvalidQuery } from '../../ports/document-store.js';
import type { RecordedEvent } from '../../ports/event-store.js';

/**
 * A moment on two axes, alone or together: what was true (`asOf`, by when things happened) and what was known (`knownAt`,
 * by when they were recorded). ISO 8601 in UTC with milliseconds; what is left out does not limit.
 */
export interface Moment {
  asOf?: string;
  knownAt?: string;
}

/** From one moment to another. */
export interface Span {
  from: Moment;
  to: Moment;
}

/** A moment may run ahead of the clock by this much, for clocks that differ. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** The moment in the form that events have their times in. @throws InvalidQuery a part is no time. */
export function momentFrom({ asOf, knownAt }: { asOf?: string | undefined; knownAt?: string | undefined }): Moment {
  return { ...(asOf !== undefined && { asOf: time('asOf', asOf) }), ...(knownAt !== undefined && { knownAt: time('knownAt', knownAt) }) };
}

/** Whether the event had happened by then, and was known then. */
export function isWithin({ asOf, knownAt }: Moment, { occurredAt, recordedAt }: Pick<RecordedEvent, 'occurredAt' | 'recordedAt'>): boolean {
  return (asOf === undefined || occurredAt <= asOf) && (knownAt === undefined || recordedAt <= knownAt);
}

/** The "now" of computations at this moment: today as a whole day has come so far and no further. */
export function presentOf({ asOf, knownAt }: Moment, now: string): string {
  const present = asOf ?? knownAt ?? now;
  return present < now ? present : now;
}

/** @throws InvalidQuery a part lies in the future: what will be true or known then, no event tells. */
export function refuseFuture({ asOf, knownAt }: Moment, now: Date): void {
  for (const [name, time] of Object.entries({ asOf, knownAt })) {
    if (time === undefined || time === wholeDay(now.toISOString().slice(0, 'YYYY-MM-DD'.length)) || !(Date.parse(time) > now.getTime() + CLOCK_SKEW_MS)) continue;
    throw new InvalidQuery(`${name} ${time} lies in the future, of which nothing is known; it is ${now.toISOString()} now. Name an earlier moment, or leave it out.`);
  }
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A date alone is the whole day. */
function time(name: string, text: string): string {
  const moment = new Date(DATE.test(text) ? wholeDay(text) : text);
  if (Number.isNaN(moment.getTime()) || !/^\d{4}-\d{2}-\d{2}/.test(text)) throw new InvalidQuery(`${name} must be a date or time of ISO 8601, such as 2026-03-01 (that whole day, UTC) or 2026-03-01T12:00:00Z; it is "${text}".`);
  return moment.toISOString();
}

const wholeDay = (date: string): string => `${date}T23:59:59.999Z`;
