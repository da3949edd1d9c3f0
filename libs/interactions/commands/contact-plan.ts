import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { CHANNELS, type Channel } from '#customers';
import { factsOf, IsId, IsMoment, IsOccurredAt, IsText } from '#event-sourcing/validation';
import {
  CONTACT_OUTCOMES, ContactCancelled, ContactMade, ContactOutcomeRecorded, ContactPlan, ContactPlanned, ContactRescheduled,
  plannedContact, type ContactOutcome, type KnownContactPlan,
} from '../domain/contact-plan.js';

/** What every command about a planned contact has. */
export abstract class ContactPlanCommand {
  @IsId() contactplanId!: string;
  /** When it happened, where that was not now. */
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

@Command({ summary: 'Plans a contact with a customer.', allow: ['manager', 'sales', 'service'] })
export class PlanContact extends ContactPlanCommand {
  @IsId() customerId!: string;
  @IsMoment() plannedFor!: string;
  @IsIn(CHANNELS) channel!: Channel;
  /** The contact person. */
  @IsOptional() @IsId() contactId?: string;
  /** Who is to make it. */
  @IsOptional() @IsId() assignee?: string;
  @IsOptional() @IsText(200) place?: string;
  @IsText(500) purpose!: string;
}

export const planContact = decide(ContactPlan, PlanContact, (command, plan) => {
  if (plan) throw wrongState('contact-already-planned', `Contact ${command.contactplanId} is planned already; send RescheduleContact, or take another id.`);
  return event(ContactPlanned, { ...factsOf(command), plannedFor: inUtc(command.plannedFor) });
});

@Command({ summary: 'Moves a planned contact to another time.', allow: ['manager', 'sales', 'service'] })
export class RescheduleContact extends ContactPlanCommand {
  @IsMoment() plannedFor!: string;
  @IsOptional() @IsText(500) reason?: string;
}

export const rescheduleContact = decide(ContactPlan, RescheduleContact, (command, state) => {
  const plan = plannedContact(state, command.contactplanId);
  refuseUnlessPlanned(plan, command.contactplanId);
  const { customerId, plannedFor: formerPlannedFor } = plan;
  const plannedFor = inUtc(command.plannedFor);
  return plannedFor === formerPlannedFor ? [] : event(ContactRescheduled, { ...factsOf(command), customerId, formerPlannedFor, plannedFor });
});

@Command({ summary: 'Cancels a planned contact.', allow: ['manager', 'sales', 'service'] })
export class CancelContact extends ContactPlanCommand {
  @IsText(500) reason!: string;
}

export const cancelContact = decide(ContactPlan, CancelContact, (command, state) => {
  const plan = plannedContact(state, command.contactplanId);
  if (plan.status === 'cancelled') return [];
  refuseUnlessPlanned(plan, command.contactplanId);
  return event(ContactCancelled, { ...factsOf(command), customerId: plan.customerId, plannedFor: plan.plannedFor });
});

@Command({ summary: 'Records that a planned contact was made.', allow: ['manager', 'sales', 'service', 'partner'] })
export class RecordContactMade extends ContactPlanCommand {
  /** The way that was taken. Default: as planned. */
  @IsOptional() @IsIn(CHANNELS) channel?: Channel;
  /** Who was met. Default: as planned. */
  @IsOptional() @IsId() contactId?: string;
  /** Where the interaction itself is recorded. */
  @IsOptional() @IsId() interactionId?: string;
  @IsOptional() @IsText(200) place?: string;
}

export const recordContactMade = decide(ContactPlan, RecordContactMade, (command, state) => {
  const plan = plannedContact(state, command.contactplanId);
  refuseUnlessPlanned(plan, command.contactplanId);
  const { customerId, plannedFor, channel, contactId } = plan;
  return event(ContactMade, { channel, ...(contactId !== undefined && { contactId }), ...factsOf(command), customerId, plannedFor });
});

@Command({ summary: 'Records what a contact that was made has brought.', allow: ['manager', 'sales', 'service', 'partner'] })
export class RecordContactOutcome extends ContactPlanCommand {
  @IsIn(CONTACT_OUTCOMES) outcome!: ContactOutcome;
  @IsOptional() @IsText(2000) note?: string;
}

export const recordContactOutcome = decide(ContactPlan, RecordContactOutcome, (command, state) => {
  const { status, customerId, outcome, note } = plannedContact(state, command.contactplanId);
  if (status !== 'made') throw wrongState('contact-not-made', `Contact ${command.contactplanId} is ${status}; send RecordContactMade first.`);
  const data = factsOf(command);
  return data.outcome === outcome && data.note === note ? [] : event(ContactOutcomeRecorded, { ...data, customerId });
});

const inUtc = (moment: string) => new Date(moment).toISOString();

function refuseUnlessPlanned({ status }: KnownContactPlan, contactplanId: string): void {
  if (status === 'planned') return;
  throw wrongState(`contact-already-${status}`, `Contact ${contactplanId} was ${status} already; plan another contact.`);
}
