import { DateTime } from 'luxon';
import type { AnyView } from '../../modelling/view.js';
import { InvalidQuery } from '../../ports/document-store.js';
import { refuseFuture, type Moment } from '../moments/moment.js';
import type { DayFoldSources } from './day-fold.js';

export const INTERVALS = ['day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

/** What was true at the end of a day, what was known then, or what was both. */
export const AXES = ['asOf', 'knownAt', 'both'] as const;
export type Axis = (typeof AXES)[number];

/** The days of a series, UTC. */
export interface SeriesSpan {
  /** `2026-01-31`. Default: the day of the first event that counts. */
  first?: string;
  /** Default: the last day that has ended. */
  last?: string;
  /** Default: every day. Weeks end seven days apart, months on their last day. */
  every?: Interval;
  /** Default: what was true. */
  by?: Axis;
  /** Of what was true: as far as it was known then. */
  knownAt?: string;
}

/** A hundred years of days. */
const DAYS_AT_MOST = 36_525;

/** The ends of the days. @throws InvalidQuery there is none, there are too many, or they lie in the future. */
export async function momentsOf(span: SeriesSpan, main: AnyView, history: DayFoldSources, now: string): Promise<Moment[]> {
  const { every = 'day', by = 'asOf', knownAt } = span;
  if (knownAt !== undefined && by !== 'asOf') throw new InvalidQuery('knownAt goes with a series by asOf: the others have their own.');
  const last = dayFrom('last', span.last ?? lastEnded(now));
  const first = dayFrom('first', span.first ?? (await firstDay(main, by, history)) ?? last.toISODate()!);
  if (first > last) throw new InvalidQuery(`The series would begin on ${first.toISODate()} and end on ${last.toISODate()}: choose a later last day.`);
  if (last.diff(first, 'days').days > DAYS_AT_MOST) throw new InvalidQuery('A series has at most a hundred years.');
  refuseFuture({ asOf: last.endOf('day').toISO()!, ...(knownAt !== undefined && { knownAt }) }, new Date(now));
  return endsBetween(first, last, every).map((end) => ({
    ...(by !== 'knownAt' && { asOf: end }), ...(by !== 'asOf' && { knownAt: end }), ...(knownAt !== undefined && { knownAt }),
  }));
}

function endsBetween(first: DateTime, last: DateTime, every: Interval): string[] {
  const ends: string[] = [];
  for (let number = 0; ; number++) {
    const day = every === 'month' ? first.startOf('month').plus({ months: number }).endOf('month') : first.plus({ [`${every}s`]: number }).endOf('day');
    if (day > last.endOf('day')) return ends;
    ends.push(day.toUTC().toISO()!);
  }
}

const lastEnded = (now: string): string => DateTime.fromISO(now, UTC).minus({ days: 1 }).toISODate()!;

const UTC = { zone: 'utc' };

function dayFrom(name: string, text: string): DateTime {
  const day = DateTime.fromFormat(text, 'yyyy-MM-dd', UTC);
  if (!day.isValid) throw new InvalidQuery(`${name} must be a day such as 2026-01-31; it is "${text}".`);
  return day;
}

async function firstDay(view: AnyView, by: Axis, { events, head, onProgress }: DayFoldSources): Promise<string | undefined> {
  let first: string | undefined;
  for await (const page of events.readAll({ until: head, filter: { types: view.eventTypes().map(({ name }) => name) } })) {
    for (const { occurredAt, recordedAt } of page.events) {
      const at = by === 'asOf' || (by === 'both' && occurredAt > recordedAt) ? occurredAt : recordedAt;
      if (first === undefined || at < first) first = at;
    }
    onProgress?.({ view: view.name, position: page.position, head });
  }
  return first?.slice(0, 10);
}
