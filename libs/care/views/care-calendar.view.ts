import { daysBetween, dayOf, minus } from '#calendar';
import { onRow, view } from '#event-sourcing';
import {
  CareGreetingSent, CareGreetingSkipped, CareOccasionCancelled, CareOccasionMoved, CareOccasionRegistered, nextDateOf, type OccasionKind, type SkipReason, type YearlyDay,
} from '../domain/care-occasion.js';

export interface CareCalendarRow {
  customerId: string;
  contactId?: string;
  kind: OccasionKind;
  name?: string;
  on: YearlyDay;
  status: 'registered' | 'cancelled';
  /** When they were greeted last, or why they were not. */
  greetedAt?: string;
  skipped?: { at: string; reason: SkipReason };
  timesGreeted: number;
}

/** `nextOn`: the date on which it comes next, today included (UTC); null where it was cancelled, or where its day was erased. */
export type CareCalendar = CareCalendarRow & { nextOn: string | null; daysAhead: number | null };

export const careCalendar = view<CareCalendarRow>('care_calendar', {
  version: 1,
  summary: 'Days of each year on which customers and contact persons are thought of, by the solar and the lunar calendar; the next ones first with the sort `{ "nextOn": 1 }`.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['name', 'on', 'nextOn', 'daysAhead'],
  record: 'customerId',
  indexes: [{ customerId: 1 }, { contactId: 1 }, { kind: 1 }],
})
  .key(({ data }) => data.careoccasionId)
  .on(CareOccasionRegistered, (_, { data: { careoccasionId: __, greeting: ___, ...said } }) => ({ ...said, status: 'registered', timesGreeted: 0 }))
  .on(CareOccasionMoved, onRow((_, { data: { on } }) => ({ on })))
  .on(CareOccasionCancelled, onRow(() => ({ status: 'cancelled' })))
  .on(CareGreetingSent, onRow(({ timesGreeted }, { occurredAt }) => ({ greetedAt: occurredAt, timesGreeted: timesGreeted + 1 })))
  .on(CareGreetingSkipped, onRow((_, { data: { reason }, occurredAt }) => ({ skipped: { at: occurredAt, reason } })))
  .computed<CareCalendar, unknown>({
    fields: ['nextOn', 'daysAhead'],
    compute: (row, now) => {
      if (row.status === 'cancelled' || typeof row.on?.month !== 'number') return { ...row, nextOn: null, daysAhead: null };
      const nextOn = nextDateOf(row.on, minus(now, { days: 1 }));
      return { ...row, nextOn, daysAhead: daysBetween(dayOf(now), nextOn) };
    },
  });
