import { aggregate, DomainEvent, onKnown, Personal, Plain, stateMachine } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

const WITH = ['customerId', 'contactId'];

/** From when until when, ISO 8601 in UTC. */
export interface Period {
  startsAt: string;
  endsAt: string;
}

@DomainEvent()
export class AppointmentScheduled {
  appointmentId!: string;
  representativeId!: string;
  customerId!: string;
  contactId?: string;
  opportunityId?: string;
  @Plain() period!: Period;
  @Personal({ subject: WITH }) place?: string;
  @Personal({ subject: WITH }) subject!: string;
}

@DomainEvent()
export class AppointmentMoved {
  appointmentId!: string;
  representativeId!: string;
  customerId!: string;
  @Plain() former!: Period;
  @Plain() period!: Period;
}

@DomainEvent()
export class AppointmentCancelled {
  appointmentId!: string;
  representativeId!: string;
  customerId!: string;
  @Plain() period!: Period;
  @Personal() reason!: string;
}

@DomainEvent()
export class AppointmentHeld {
  appointmentId!: string;
  representativeId!: string;
  customerId!: string;
  @Plain() period!: Period;
  /** Where what was said is recorded. */
  interactionId?: string;
}

export interface KnownAppointment {
  status: 'scheduled' | 'cancelled' | 'held';
  representativeId: string;
  customerId: string;
  period: Period;
}

/** Null: none was scheduled under this id. */
export type AppointmentState = KnownAppointment | null;

const on = onKnown<KnownAppointment>();

export const Appointment = aggregate<'appointment', AppointmentState>('appointment', null)
  .on(AppointmentScheduled, (_, { representativeId, customerId, period }) => ({ status: 'scheduled', representativeId, customerId, period }))
  .on(AppointmentMoved, on((_, { period }) => ({ period })))
  .on(AppointmentCancelled, on(() => ({ status: 'cancelled' })))
  .on(AppointmentHeld, on(() => ({ status: 'held' })));

/** What is possible with an appointment in each state. */
export const appointmentFor = stateMachine<KnownAppointment['status']>('appointment', {
  scheduled: ['MoveAppointment', 'CancelAppointment', 'HoldAppointment'], cancelled: [], held: [],
});

/** Whose appointment it is and when, as its events name it. */
export const appointmentOf = ({ status: _, ...appointment }: KnownAppointment) => appointment;
