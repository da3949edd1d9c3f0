import { aggregate, DomainEvent, onKnown, Personal, stateMachine } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Somebody is to be reminded of something about a customer. */
@DomainEvent()
export class ReminderScheduled {
  reminderId!: string;
  representativeId!: string;
  customerId!: string;
  /** Moment, ISO 8601 in UTC. */
  remindAt!: string;
  @Personal() what!: string;
}

/** Its time has come. */
@DomainEvent()
export class ReminderFired {
  reminderId!: string;
  representativeId!: string;
  customerId!: string;
  remindAt!: string;
}

@DomainEvent()
export class ReminderAcknowledged {
  reminderId!: string;
  representativeId!: string;
  customerId!: string;
}

@DomainEvent()
export class ReminderSnoozed {
  reminderId!: string;
  representativeId!: string;
  customerId!: string;
  /** When it goes off again. */
  remindAt!: string;
}

@DomainEvent()
export class ReminderCancelled {
  reminderId!: string;
  representativeId!: string;
  customerId!: string;
}

export interface KnownReminder {
  status: 'scheduled' | 'fired' | 'acknowledged' | 'cancelled';
  representativeId: string;
  customerId: string;
  remindAt: string;
}

/** Null: none was scheduled under this id. */
export type ReminderState = KnownReminder | null;

const on = onKnown<KnownReminder>();

export const Reminder = aggregate<'reminder', ReminderState>('reminder', null)
  .on(ReminderScheduled, (_, { representativeId, customerId, remindAt }) => ({ status: 'scheduled', representativeId, customerId, remindAt }))
  .on(ReminderFired, on(() => ({ status: 'fired' })))
  .on(ReminderAcknowledged, on(() => ({ status: 'acknowledged' })))
  .on(ReminderSnoozed, on((_, { remindAt }) => ({ status: 'scheduled', remindAt })))
  .on(ReminderCancelled, on(() => ({ status: 'cancelled' })));

/** What is possible with a reminder in each state. */
export const reminderFor = stateMachine<KnownReminder['status']>('reminder', {
  scheduled: ['FireReminder', 'SnoozeReminder', 'CancelReminder'], fired: ['AcknowledgeReminder', 'SnoozeReminder'], acknowledged: [], cancelled: [],
});

/** Whose reminder it is, as its events name it. */
export const reminderOf = ({ representativeId, customerId }: KnownReminder) => ({ representativeId, customerId });
