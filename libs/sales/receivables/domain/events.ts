import { DomainEvent, Personal, Plain } from '#event-sourcing';
import { type Money } from '#money';
import { type DunningLevel } from './dunning-policy.js';

// Names and fields of events are the storage format: changed only through an upcaster.

/** A part of what a contract is worth, and by when it is to be paid. */
export interface PlannedInstalment {
  /** Counted from 1. */
  number: number;
  /** Date. */
  dueOn: string;
  amount: Money;
}

/** A part of a payment that settles a part of an instalment. */
export interface Allocation {
  number: number;
  amount: Money;
}

/** An instalment that is due and open again. */
export interface ReopenedInstalment {
  number: number;
  dueOn: string;
  amount: Money;
  open: Money;
  /** The level of its last notice; 0: none was sent. */
  level: number;
  levels: DunningLevel[];
}

@DomainEvent()
export class ContractDrafted {
  contractId!: string;
  customerId!: string;
  orderId?: string;
  opportunityId?: string;
  /** What is to be paid in all, taxes included. */
  value!: Money;
  offeringIds?: string[];
  @Personal() title?: string;
}

@DomainEvent()
export class ContractSigned {
  contractId!: string;
  customerId!: string;
  opportunityId?: string;
  value!: Money;
}

@DomainEvent()
export class ContractAmended {
  contractId!: string;
  customerId!: string;
  former!: Money;
  value!: Money;
  @Personal() reason!: string;
}

/** Nothing more falls due; what is due stays so. */
@DomainEvent()
export class ContractTerminated {
  contractId!: string;
  customerId!: string;
  /** Instalments that are no longer to be paid. */
  @Plain() released!: PlannedInstalment[];
  @Personal() reason!: string;
}

/** All instalments; what was paid stays paid. */
@DomainEvent()
export class PaymentPlanSet {
  contractId!: string;
  customerId!: string;
  @Plain() former!: PlannedInstalment[];
  @Plain() instalments!: PlannedInstalment[];
}

@DomainEvent()
export class InstalmentFellDue {
  contractId!: string;
  customerId!: string;
  number!: number;
  @Plain() dueOn!: string;
  amount!: Money;
  /** Still to be paid of it. */
  open!: Money;
  /** How it is dunned: the policy of that time. */
  @Plain() dunning!: { policyVersion: number; levels: DunningLevel[] };
}

@DomainEvent()
export class PaymentReceived {
  contractId!: string;
  customerId!: string;
  paymentId!: string;
  amount!: Money;
}

@DomainEvent()
export class PaymentAllocated {
  contractId!: string;
  customerId!: string;
  paymentId!: string;
  number!: number;
  amount!: Money;
  /** Still to be paid of the instalment. */
  open!: Money;
  @Plain() dueOn!: string;
}

/** It was sent back, or booked in error: what it settled is open again. */
@DomainEvent()
export class PaymentReversed {
  contractId!: string;
  customerId!: string;
  paymentId!: string;
  amount!: Money;
  @Plain() allocations!: Allocation[];
  @Plain() reopened!: ReopenedInstalment[];
  @Personal() reason!: string;
}

@DomainEvent()
export class PromiseToPayRecorded {
  contractId!: string;
  customerId!: string;
  number!: number;
  amount!: Money;
  /** Date. */
  @Plain() promisedOn!: string;
  @Personal() note?: string;
}

/** The promised day has passed, and it was not paid. */
@DomainEvent()
export class PromiseToPayBroken {
  contractId!: string;
  customerId!: string;
  number!: number;
  @Plain() promisedOn!: string;
  open!: Money;
}

@DomainEvent()
export class DunningNoticeSent {
  contractId!: string;
  customerId!: string;
  number!: number;
  /** Counted from 1. */
  level!: number;
  @Plain() tone!: string;
  open!: Money;
  fee?: Money;
  @Plain() dueOn!: string;
  /** Where it went; absent where no address was known. */
  @Personal() email?: string;
}

/** From one level of dunning to a sharper one. */
@DomainEvent()
export class DunningEscalated {
  contractId!: string;
  customerId!: string;
  number!: number;
  fromLevel!: number;
  toLevel!: number;
}
