import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { acknowledgeReminder, fireReminder, FireReminder, scheduleReminder, snoozeReminder } from './commands/reminders.js';
import { Reminder, ReminderAcknowledged, ReminderFired, ReminderScheduled, ReminderSnoozed } from './domain/reminder.js';
import { reminding } from './processes/reminding.js';
import { myReminders } from './views/my-reminders.view.js';

const TOMORROW = '2026-01-06T09:00:00.000Z';
const LATER = '2026-01-07T09:00:00.000Z';
const of = { reminderId: 'r1', representativeId: 'mei', customerId: 'c1' };
const scheduled = event(ReminderScheduled, { ...of, remindAt: TOMORROW, what: 'Phone Zhou Lan' });
const fired = event(ReminderFired, { ...of, remindAt: TOMORROW });
const snoozed = event(ReminderSnoozed, { ...of, remindAt: LATER });
const acknowledged = event(ReminderAcknowledged, of);

describe('a reminder', () => {
  it('is for a moment that is still to come', () => {
    const known = { customer: { deactivated: false, blacklisted: false }, representative: { name: 'Mei', post: {} } };
    given(Reminder, []).when(scheduleReminder, { ...of, remindAt: '2026-01-06T17:00:00+08:00', what: 'Phone Zhou Lan' }, {}, known).then([scheduled]);
    given(Reminder, []).when(scheduleReminder, { ...of, remindAt: '2026-01-05T12:00:00Z', what: 'x' }, {}, known).thenRejected('reminder-in-the-past');
  });

  it('goes off at its time, and again when it was put off, until it is acknowledged', () => {
    given(reminding).when(scheduled).thenDeadline('time', TOMORROW).at(TOMORROW).thenCommands([FireReminder, { reminderId: 'r1' }])
      .events(fired).when(snoozed).thenDeadline('time', LATER).at(LATER).thenCommands([FireReminder, { reminderId: 'r1' }])
      .when(acknowledged).thenEnded();
    given(Reminder, [scheduled, fired]).when(snoozeReminder, { reminderId: 'r1', remindAt: LATER }).then([snoozed]);
    given(Reminder, [scheduled]).when(acknowledgeReminder, { reminderId: 'r1' }).thenRejected('reminder-scheduled');
    given(Reminder, [scheduled, fired, acknowledged]).when(fireReminder, { reminderId: 'r1' }).thenRejected('reminder-acknowledged');
  });

  it('shows to whom it is for', () => {
    expect(given(myReminders, [scheduled, fired, snoozed]).rows().get('r1')).toEqual({ representativeId: 'mei', customerId: 'c1', what: 'Phone Zhou Lan', status: 'scheduled', remindAt: LATER, timesSnoozed: 1 });
  });
});
