import { describe, expect, it } from '@jest/globals';
import { SendMail } from '#delivery';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { holdAppointment, moveAppointment, scheduleAppointment } from './commands/appointments.js';
import { assignSalesTask, completeSalesTask, reassignSalesTask, RecordSalesTaskOverdue, recordSalesTaskOverdue, reportSalesTaskProgress } from './commands/sales-tasks.js';
import { Appointment, AppointmentHeld, AppointmentMoved, AppointmentScheduled } from './domain/appointment.js';
import { SalesTask, SalesTaskAssigned, SalesTaskCompleted, SalesTaskOverdue, SalesTaskProgressReported, SalesTaskReassigned } from './domain/sales-task.js';
import { tasksFollowing } from './processes/tasks-following.js';
import { calendar, weekOf } from './views/calendar.view.js';
import { repDay } from './views/rep-day.view.js';
import { taskBoard } from './views/task-board.view.js';

const NOON = '2026-01-05T12:00:00.000Z';
const salestaskId = 't1';
const customer = { status: 'active', deactivated: false, blacklisted: false };
const mei = { name: 'Mei', post: {} };
const assigned = event(SalesTaskAssigned, { salestaskId, customerId: 'c1', representativeId: 'mei', dueOn: '2026-01-07', what: 'Send samples' });
const reassigned = event(SalesTaskReassigned, { salestaskId, customerId: 'c1', formerRepresentativeId: 'mei', formerDueOn: '2026-01-07', representativeId: 'bo', dueOn: '2026-01-09' });

describe('a sales task', () => {
  it('is delegated to somebody who exists, for a customer who exists', () => {
    const command = { salestaskId, customerId: 'c1', representativeId: 'mei', dueOn: '2026-01-07', what: 'Send samples' };
    given(SalesTask, []).when(assignSalesTask, command, {}, { customer, representative: mei }).then([assigned]);
    given(SalesTask, []).when(assignSalesTask, command, {}, { customer, representative: null }).thenRejected('representative-not-found');
    given(SalesTask, []).when(assignSalesTask, command, {}, { customer: null, representative: mei }).thenRejected('customer-not-found');
  });

  it('is followed to its end, and then nothing more happens to it', () => {
    given(SalesTask, [assigned]).when(reassignSalesTask, { salestaskId, representativeId: 'bo', dueOn: '2026-01-09' }, {}, mei).then([reassigned]);
    const done = event(SalesTaskCompleted, { salestaskId, customerId: 'c1', representativeId: 'bo', dueOn: '2026-01-09' });
    given(SalesTask, [assigned, reassigned]).when(completeSalesTask, { salestaskId }).then([done]);
    given(SalesTask, [assigned, done]).when(reportSalesTaskProgress, { salestaskId, percentDone: 10 }).thenRejected('sales-task-completed');
  });

  it('shows on the board with its history, and as overdue the day after', () => {
    const row = given(taskBoard, [assigned, event(SalesTaskProgressReported, { salestaskId, customerId: 'c1', representativeId: 'mei', dueOn: '2026-01-07', percentDone: 40 }), reassigned]).rows().get(salestaskId)!;
    expect(row).toMatchObject({ representativeId: 'bo', dueOn: '2026-01-09', status: 'assigned', percentDone: 40, history: [{ what: 'assigned' }, { what: 'progress', percentDone: 40 }, { what: 'reassigned', representativeId: 'bo' }] });
    const overdue = (now: string) => (taskBoard.computation!.compute(row, now, undefined) as { overdue: boolean }).overdue;
    expect([overdue('2026-01-09T23:59:59.999Z'), overdue('2026-01-10T00:00:00.000Z')]).toEqual([false, true]);
  });
});

describe('a sales task whose day passes', () => {
  const overdue = event(SalesTaskOverdue, { salestaskId, customerId: 'c1', representativeId: 'mei', dueOn: '2026-01-07' });
  const open = given(tasksFollowing).at(NOON).events(assigned).thenDeadline('day-passed', '2026-01-08T00:00:00Z');

  it('is told of when the day is over, by mail too, unless it is done or moved by then', () => {
    open.at('2026-01-08T00:00:00Z').thenCommands([RecordSalesTaskOverdue, { salestaskId, dueOn: '2026-01-07' }]).when(overdue).thenCommands([SendMail, {
      customerId: 'c1', reference: 't1', subject: 'Task of 2026-01-07 is overdue',
      text: 'Task t1 for customer c1 was to be done by mei by 2026-01-07.\n\nSend CompleteSalesTask once it is done, ReassignSalesTask with another day, or CancelSalesTask.',
    }]);
    open.when(reassigned).thenDeadline('day-passed', '2026-01-10T00:00:00Z');
    open.when(event(SalesTaskCompleted, { salestaskId, customerId: 'c1', representativeId: 'mei', dueOn: '2026-01-07' })).thenEnded().thenNoDeadline();
  });

  it('is in its history, where it has no other day by then', () => {
    given(SalesTask, [assigned]).when(recordSalesTaskOverdue, { salestaskId, dueOn: '2026-01-07' }).then([overdue]);
    given(SalesTask, [assigned, reassigned]).when(recordSalesTaskOverdue, { salestaskId, dueOn: '2026-01-07' }).then([]);
    expect(given(taskBoard, [assigned, overdue]).rows().get(salestaskId)).toMatchObject({ status: 'assigned', history: [{ what: 'assigned' }, { what: 'overdue' }] });
  });
});

describe('an appointment', () => {
  const appointmentId = 'a1';
  const period = { startsAt: '2026-01-07T08:00:00.000Z', endsAt: '2026-01-07T09:00:00.000Z' };
  const later = { startsAt: '2026-01-08T08:00:00.000Z', endsAt: '2026-01-08T09:00:00.000Z' };
  const of = { appointmentId, representativeId: 'mei', customerId: 'c1' };
  const scheduled = event(AppointmentScheduled, { ...of, subject: 'Tasting', period });
  const moved = event(AppointmentMoved, { ...of, former: period, period: later });

  it('has an end after its start, in whatever time zone they are given', () => {
    const command = { ...of, subject: 'Tasting', startsAt: '2026-01-07T16:00:00+08:00', endsAt: '2026-01-07T09:00:00Z' };
    given(Appointment, []).when(scheduleAppointment, command, {}, { customer, representative: mei }).then([scheduled]);
    given(Appointment, []).when(scheduleAppointment, { ...command, endsAt: command.startsAt }, {}, { customer, representative: mei }).thenRejected('period-empty');
  });

  it('can be moved until it was held', () => {
    given(Appointment, [scheduled]).when(moveAppointment, { appointmentId, ...later }).then([moved]);
    given(Appointment, [scheduled, event(AppointmentHeld, { ...of, period })]).when(moveAppointment, { appointmentId, ...later }).thenRejected('appointment-held');
    expect(given(Appointment, [scheduled, moved]).when(holdAppointment, { appointmentId }).events[0]?.data).toMatchObject({ period: later });
  });

  it('is in the calendar under its week, and in the day of whom it is for', () => {
    expect(given(calendar, [scheduled, moved]).rows().get(appointmentId)).toMatchObject({ week: '2026-W02', timesMoved: 1, ...later });
    const days = given(repDay, [scheduled, assigned, moved, reassigned]).rows();
    expect(days.get('mei/2026-01-07')).toMatchObject({ appointments: [], tasks: [] });
    expect(days.get('mei/2026-01-08')).toMatchObject({ appointments: [{ appointmentId, customerId: 'c1', ...later }] });
    expect(days.get('bo/2026-01-09')).toMatchObject({ tasks: [{ salestaskId }] });
  });

  it.each([['2026-01-01', '2026-W01'], ['2027-01-01', '2026-W53'], ['2024-12-30', '2025-W01'], [NOON, '2026-W02']])('the week of %s is %s', (day, week) => expect(weekOf(day)).toBe(week));
});
