import { aggregate, DomainEvent, notFound, Personal, Plain } from '#event-sourcing';
import { type Channel } from '#customers';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Whom a contact is with. */
const WITH = ['customerId', 'contactId'];

export const CONTACT_OUTCOMES = ['goal-reached', 'goal-partly-reached', 'goal-missed', 'nobody-reached'] as const;
export type ContactOutcome = (typeof CONTACT_OUTCOMES)[number];

@DomainEvent()
export class ContactPlanned {
  contactplanId!: string;
  customerId!: string;
  /** ISO 8601 in UTC. */
  plannedFor!: string;
  channel!: Channel;
  contactId?: string;
  /** Who is to make it. */
  @Plain() assignee?: string;
  @Personal({ subject: WITH }) place?: string;
  @Personal({ subject: WITH }) purpose!: string;
}

@DomainEvent()
export class ContactRescheduled {
  contactplanId!: string;
  customerId!: string;
  formerPlannedFor!: string;
  plannedFor!: string;
  @Personal() reason?: string;
}

@DomainEvent()
export class ContactCancelled {
  contactplanId!: string;
  customerId!: string;
  plannedFor!: string;
  @Personal() reason!: string;
}

/** It was made at the event's `occurredAt`. */
@DomainEvent()
export class ContactMade {
  contactplanId!: string;
  customerId!: string;
  plannedFor!: string;
  /** The way that was really taken. */
  channel!: Channel;
  contactId?: string;
  /** Where the interaction itself is recorded. */
  interactionId?: string;
  @Personal({ subject: WITH }) place?: string;
}

@DomainEvent()
export class ContactOutcomeRecorded {
  contactplanId!: string;
  customerId!: string;
  outcome!: ContactOutcome;
  @Personal() note?: string;
}

export interface KnownContactPlan {
  customerId: string;
  plannedFor: string;
  channel: Channel;
  contactId?: string;
  status: 'planned' | 'cancelled' | 'made';
  outcome?: ContactOutcome;
  note?: string;
}

/** Null: nothing was planned under this id. */
export type ContactPlanState = KnownContactPlan | null;

/** A fold of an event that only a planned contact can have. */
const of = <E>(evolve: (plan: KnownContactPlan, event: E) => Partial<KnownContactPlan>) => (plan: ContactPlanState, event: E): ContactPlanState =>
  plan && { ...plan, ...evolve(plan, event) };

function withOutcome(plan: ContactPlanState, { outcome, note }: ContactOutcomeRecorded): ContactPlanState {
  if (!plan) return plan;
  const { note: _, ...rest } = plan;
  return { ...rest, outcome, ...(note !== undefined && { note }) };
}

export const ContactPlan = aggregate<'contactplan', ContactPlanState>('contactplan', null)
  .on(ContactPlanned, (_, { customerId, plannedFor, channel, contactId }) => ({
    customerId, plannedFor, channel, ...(contactId !== undefined && { contactId }), status: 'planned',
  }))
  .on(ContactRescheduled, of((_, { plannedFor }) => ({ plannedFor })))
  .on(ContactCancelled, of(() => ({ status: 'cancelled' })))
  .on(ContactMade, of(() => ({ status: 'made' })))
  .on(ContactOutcomeRecorded, withOutcome);

/** @throws Rejection `contact-plan-not-found` */
export function plannedContact(plan: ContactPlanState, contactplanId: string): KnownContactPlan {
  if (!plan) throw notFound('contact-plan-not-found', `There is no planned contact ${contactplanId}; plan it first, or correct the id.`);
  return plan;
}
