import { dispatch, end, process, setDeadline } from '#event-sourcing';
import { FireReminder } from '../commands/reminders.js';
import { ReminderAcknowledged, ReminderCancelled, ReminderScheduled, ReminderSnoozed } from '../domain/reminder.js';

const reminder = ({ data }: { data: { reminderId: string } }): string => data.reminderId;

/** Has a reminder go off at its time, and again when it was put off. An instance is a reminder. */
export const reminding = process<null>('reminding', null, { summary: 'Has reminders go off at their time.' })
  .startsOn(ReminderScheduled, reminder, (_, { data: { remindAt } }) => setDeadline('time', remindAt))
  .on(ReminderSnoozed, reminder, (_, { data: { remindAt } }) => setDeadline('time', remindAt))
  .on(ReminderAcknowledged, reminder, () => end())
  .on(ReminderCancelled, reminder, () => end())
  .onDeadline('time', (_, __, { id }) => dispatch(FireReminder, { reminderId: id }));
