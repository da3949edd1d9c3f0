import { onRow, view } from '#event-sourcing';
import { ReminderAcknowledged, ReminderCancelled, ReminderFired, ReminderScheduled, ReminderSnoozed, type KnownReminder } from '../domain/reminder.js';

export interface ReminderRow extends KnownReminder {
  what: string;
  timesSnoozed: number;
}

export const myReminders = view<ReminderRow>('my_reminders', {
  version: 1,
  summary: 'Reminders; those of somebody that went off with `{ "representativeId": "mei", "status": "fired" }`.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['what'],
  record: 'customerId',
  indexes: [{ representativeId: 1, status: 1, remindAt: 1 }, { customerId: 1 }],
})
  .key(({ data }) => data.reminderId)
  .on(ReminderScheduled, (_, { data: { reminderId: __, ...said } }) => ({ ...said, status: 'scheduled', timesSnoozed: 0 }))
  .on(ReminderFired, onRow(() => ({ status: 'fired' })))
  .on(ReminderSnoozed, onRow(({ timesSnoozed }, { data: { remindAt } }) => ({ status: 'scheduled', remindAt, timesSnoozed: timesSnoozed + 1 })))
  .on(ReminderAcknowledged, onRow(() => ({ status: 'acknowledged' })))
  .on(ReminderCancelled, onRow(() => ({ status: 'cancelled' })));
