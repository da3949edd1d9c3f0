import { Command, decide, event, invalid, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsMoment, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';
import { Reminder, ReminderAcknowledged, ReminderCancelled, ReminderFired, reminderFor, reminderOf, ReminderScheduled, ReminderSnoozed } from '../domain/reminder.js';

abstract class ReminderCommand extends SalesCommand {
  @IsId() reminderId!: string;
}

@Command({ summary: 'Has a representative reminded at a moment: to phone at the agreed time.', allow: ['manager', 'sales', 'service'] })
export class ScheduleReminder extends ReminderCommand {
  @IsId() representativeId!: string;
  @IsId() customerId!: string;
  @IsMoment() remindAt!: string;
  @IsText(500) what!: string;
}

export const scheduleReminder = decide(Reminder, ScheduleReminder, (command, state, { occurredAt }, { customer, representative }) => {
  if (state) throw wrongState('reminder-already-scheduled', `Reminder ${command.reminderId} is scheduled already; send SnoozeReminder, or take another id.`);
  refuseUnlessDealable(command, customer);
  sellerOf(command.representativeId, representative);
  return event(ReminderScheduled, { ...factsOf(command), remindAt: later(command.remindAt, occurredAt) });
}, async (command: ScheduleReminder, stateOf: StateReader) => ({ customer: await customerNamed(command, stateOf), representative: await representativeNamed(command, stateOf) }));

@Command({ summary: 'The time of a reminder has come. Sent by itself.', allow: ['manager'] })
export class FireReminder extends ReminderCommand {}

export const fireReminder = decide(Reminder, FireReminder, ({ reminderId }, state) => {
  const reminder = reminderFor('FireReminder', state, reminderId);
  return event(ReminderFired, { reminderId, ...reminderOf(reminder), remindAt: reminder.remindAt });
});

@Command({ summary: 'Whoever was reminded has seen it.', allow: ['manager', 'sales', 'service'] })
export class AcknowledgeReminder extends ReminderCommand {}

export const acknowledgeReminder = decide(Reminder, AcknowledgeReminder, ({ reminderId }, state) =>
  event(ReminderAcknowledged, { reminderId, ...reminderOf(reminderFor('AcknowledgeReminder', state, reminderId)) }));

@Command({ summary: 'Puts a reminder off until another moment.', allow: ['manager', 'sales', 'service'] })
export class SnoozeReminder extends ReminderCommand {
  @IsMoment() remindAt!: string;
}

export const snoozeReminder = decide(Reminder, SnoozeReminder, ({ reminderId, remindAt }, state, { occurredAt }) =>
  event(ReminderSnoozed, { reminderId, ...reminderOf(reminderFor('SnoozeReminder', state, reminderId)), remindAt: later(remindAt, occurredAt) }));

@Command({ summary: 'Nobody needs to be reminded any more.', allow: ['manager', 'sales', 'service'] })
export class CancelReminder extends ReminderCommand {}

export const cancelReminder = decide(Reminder, CancelReminder, ({ reminderId }, state) =>
  event(ReminderCancelled, { reminderId, ...reminderOf(reminderFor('CancelReminder', state, reminderId)) }));

function later(remindAt: string, than: string): string {
  const moment = new Date(remindAt).toISOString();
  if (moment <= than) throw invalid('reminder-in-the-past', `Give a remindAt that is after ${than}.`);
  return moment;
}
