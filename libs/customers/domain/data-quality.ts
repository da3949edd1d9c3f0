import { DomainEvent, Personal } from '#event-sourcing';
import { type Channel } from './channels.js';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What is known of a customer, by areas that are checked together. */
export const DATA_AREAS = ['name', 'contact-methods', 'address', 'demographics', 'organisation', 'consents'] as const;
export type DataArea = (typeof DATA_AREAS)[number];

/** Fields of which two sources may say different things. */
export const CONFLICT_FIELDS = ['name', 'birthDate', 'gender', 'maritalStatus', 'education', 'occupation', 'language', 'nationality'] as const;
export type ConflictField = (typeof CONFLICT_FIELDS)[number];

/** By which rule one of several values survives. */
export const SURVIVORSHIP_RULES = ['chosen', 'most-recent', 'most-trusted-source', 'most-complete'] as const;
export type SurvivorshipRule = (typeof SURVIVORSHIP_RULES)[number];

/** Sources said different things; this one holds, and what the others said stays readable. */
@DomainEvent()
export class FieldConflictResolved {
  customerId!: string;
  field!: ConflictField;
  @Personal() kept!: string;
  @Personal() rejected!: readonly string[];
  rule!: SurvivorshipRule;
  @Personal() reason?: string;
}

/** Nobody should rely on it before it is confirmed: mail came back, it is years old. */
@DomainEvent()
export class CustomerDataMarkedStale {
  customerId!: string;
  areas!: readonly DataArea[];
  @Personal() reason!: string;
}

/** The customer, or somebody who knows, said that it is right. */
@DomainEvent()
export class CustomerDataConfirmed {
  customerId!: string;
  areas!: readonly DataArea[];
  /** How they were asked. */
  channel?: Channel;
  @Personal() note?: string;
}
