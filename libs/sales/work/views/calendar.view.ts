import { onRow, view } from '#event-sourcing';
import { AppointmentCancelled, AppointmentHeld, AppointmentMoved, AppointmentScheduled, type KnownAppointment } from '../domain/appointment.js';

export interface CalendarRow {
  representativeId: string;
  customerId: string;
  contactId?: string;
  opportunityId?: string;
  startsAt: string;
  endsAt: string;
  /** `2026-W05`, of its start in UTC. */
  week: string;
  place?: string;
  subject: string;
  status: KnownAppointment['status'];
  timesMoved: number;
  interactionId?: string;
}

export const calendar = view<CalendarRow>('calendar', {
  version: 1,
  summary: 'Appointments; those of somebody in a week with `{ "representativeId": "mei", "week": "2026-W05" }`.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['place', 'subject'],
  record: 'customerId',
  indexes: [{ representativeId: 1, startsAt: 1 }, { representativeId: 1, week: 1 }, { customerId: 1, startsAt: -1 }],
})
  .key(({ data }) => data.appointmentId)
  .on(AppointmentScheduled, (_, { data: { appointmentId: __, period, ...said } }) => ({ ...said, ...period, week: weekOf(period.startsAt), status: 'scheduled', timesMoved: 0 }))
  .on(AppointmentMoved, onRow(({ timesMoved }, { data: { period } }) => ({ ...period, week: weekOf(period.startsAt), timesMoved: timesMoved + 1 })))
  .on(AppointmentCancelled, onRow(() => ({ status: 'cancelled' })))
  .on(AppointmentHeld, onRow((_, { data: { interactionId } }) => ({ status: 'held', ...(interactionId !== undefined && { interactionId }) })));

const DAY_MS = 86_400_000;

/** The week of ISO 8601: it is of the year that its Thursday is in. */
export function weekOf(moment: string): string {
  const date = new Date(`${moment.slice(0, 10)}T00:00:00Z`);
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
