import { view } from '#event-sourcing';
import { AppointmentCancelled, AppointmentHeld, AppointmentMoved, AppointmentScheduled, type Period } from '../domain/appointment.js';
import { SalesTaskAssigned, SalesTaskCancelled, SalesTaskCompleted, SalesTaskReassigned } from '../domain/sales-task.js';

export interface RepDayRow {
  representativeId: string;
  /** Date, UTC. */
  day: string;
  /** Still to be held, the earliest first. */
  appointments: { appointmentId: string; customerId: string; startsAt: string; endsAt: string }[];
  /** Still to be done. */
  tasks: { salestaskId: string; customerId: string }[];
  /** Of this day, held and done. */
  held: number;
  done: number;
}

/** Keyed `mei/2026-01-31`. */
export const repDay = view<RepDayRow>('rep_day', {
  version: 1,
  summary: 'What a representative has to do on a day: appointments to be held, tasks that are due.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ representativeId: 1, day: 1 }],
})
  .on(AppointmentScheduled, ({ data }) => dayOf(data), (row, { data }, key) => withAppointment(row, key, data))
  .on(AppointmentMoved, ({ data: { representativeId, former, period } }) => [dayOf({ representativeId, period: former }), dayOf({ representativeId, period })], (row, { data }, key) => {
    const without = withoutAppointment(row, data.appointmentId);
    return key === dayOf(data) ? withAppointment(without, key, data) : without;
  })
  .on(AppointmentCancelled, ({ data }) => dayOf(data), (row, { data }) => withoutAppointment(row, data.appointmentId))
  .on(AppointmentHeld, ({ data }) => dayOf(data), (row, { data }) => row && { ...withoutAppointment(row, data.appointmentId)!, held: row.held + 1 })
  .on(SalesTaskAssigned, ({ data }) => dueDayOf(data), (row, { data }, key) => withTask(row, key, data))
  .on(SalesTaskReassigned, ({ data }) => [`${data.formerRepresentativeId}/${data.formerDueOn}`, dueDayOf(data)], (row, { data }, key) => {
    const without = withoutTask(row, data.salestaskId);
    return key === dueDayOf(data) ? withTask(without, key, data) : without;
  })
  .on(SalesTaskCompleted, ({ data }) => dueDayOf(data), (row, { data }) => row && { ...withoutTask(row, data.salestaskId)!, done: row.done + 1 })
  .on(SalesTaskCancelled, ({ data }) => dueDayOf(data), (row, { data }) => withoutTask(row, data.salestaskId));

const dayOf = ({ representativeId, period }: { representativeId: string; period: Period }): string => `${representativeId}/${period.startsAt.slice(0, 10)}`;
const dueDayOf = ({ representativeId, dueOn }: { representativeId: string; dueOn: string }): string => `${representativeId}/${dueOn}`;

function empty(key: string): RepDayRow {
  const [representativeId, day] = key.split('/') as [string, string];
  return { representativeId, day, appointments: [], tasks: [], held: 0, done: 0 };
}

function withAppointment(row: RepDayRow | undefined, key: string, { appointmentId, customerId, period }: { appointmentId: string; customerId: string; period: Period }): RepDayRow {
  const before = row ?? empty(key);
  const appointments = [...before.appointments, { appointmentId, customerId, ...period }].sort((one, other) => (one.startsAt < other.startsAt ? -1 : 1));
  return { ...before, appointments };
}

const withoutAppointment = (row: RepDayRow | undefined, id: string): RepDayRow | undefined =>
  row && { ...row, appointments: row.appointments.filter(({ appointmentId }) => appointmentId !== id) };

function withTask(row: RepDayRow | undefined, key: string, { salestaskId, customerId }: { salestaskId: string; customerId: string }): RepDayRow {
  const before = row ?? empty(key);
  return { ...before, tasks: [...before.tasks, { salestaskId, customerId }] };
}

const withoutTask = (row: RepDayRow | undefined, id: string): RepDayRow | undefined => row && { ...row, tasks: row.tasks.filter(({ salestaskId }) => salestaskId !== id) };
