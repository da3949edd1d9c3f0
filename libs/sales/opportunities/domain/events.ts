import { DomainEvent, Personal, Plain } from '#event-sourcing';
import { type Money } from '#money';
import { type Handover } from '../../domain/handover.js';

// Names and fields of events are the storage format: changed only through an upcaster.
// Free text is personal: people write names in it. It needs a customer whom it is about.

export const OPPORTUNITY_SOURCES = ['customer-request', 'lead', 'mined', 'referral', 'import'] as const;
export type OpportunitySource = (typeof OPPORTUNITY_SOURCES)[number];

export const LOST_REASONS = ['price', 'competitor', 'no-budget', 'no-decision', 'no-need', 'product-lacks', 'service', 'timing', 'unknown'] as const;
export type LostReason = (typeof LOST_REASONS)[number];

/** The version of the sales process that the opportunity goes through, as it was when it was opened. */
export interface PinnedProcess {
  salesprocessId: string;
  version: number;
  stages: { stage: string; probability?: number; afterSale?: boolean }[];
}

/** Who sells, and where, as it was when this happened. */
export interface Seller {
  representativeId: string;
  region?: string;
  managerId?: string;
}

/** What readers of a step need to know of the opportunity. */
export interface StepContext {
  salesprocessId: string;
  version: number;
  /** When it came into the stage that it leaves. */
  since: string;
}

/** What readers of an end need to know of the opportunity. */
export interface Ended extends StepContext {
  openedAt: string;
  stage: string;
  seller?: Seller;
  offeringId?: string;
  /** The sales channel that it went through, where one was named. */
  channel?: string;
}

@DomainEvent()
export class OpportunityOpened {
  opportunityId!: string;
  /** Absent as long as nobody knows who the customer will be. */
  customerId?: string;
  @Plain() seller?: Seller;
  offeringId?: string;
  leadId?: string;
  source!: OpportunitySource;
  @Plain() process!: PinnedProcess;
  @Plain() stage!: string;
  /** Stages before it that were left out. */
  @Plain() skipped!: string[];
  value?: Money;
  /** Date. */
  @Plain() expectedCloseOn?: string;
  @Personal() title?: string;
}

/** Looked into, and found to be real. */
@DomainEvent()
export class OpportunityConfirmed {
  opportunityId!: string;
  customerId?: string;
}

/** Looked into, and found not to be one. */
@DomainEvent()
export class OpportunityRejected {
  opportunityId!: string;
  customerId?: string;
  @Plain() ended!: Ended;
  @Personal() reason?: string;
}

@DomainEvent()
export class OpportunityCustomerNamed {
  opportunityId!: string;
  customerId!: string;
}

@DomainEvent()
export class OpportunityStageAdvanced {
  opportunityId!: string;
  customerId?: string;
  @Plain() from!: string;
  @Plain() to!: string;
  @Plain() skipped!: string[];
  @Plain() step!: StepContext;
}

@DomainEvent()
export class OpportunityStageReverted {
  opportunityId!: string;
  customerId?: string;
  @Plain() from!: string;
  @Plain() to!: string;
  @Plain() step!: StepContext;
  @Personal() reason?: string;
}

@DomainEvent()
export class OpportunityEstimateRevised {
  opportunityId!: string;
  customerId?: string;
  value?: Money;
  @Plain() expectedCloseOn?: string;
}

@DomainEvent()
export class OpportunityReassigned {
  opportunityId!: string;
  customerId?: string;
  @Plain() former?: Seller;
  @Plain() seller!: Seller;
  /** Absent where somebody decided. */
  @Plain() because?: Handover;
  @Personal() reason?: string;
}

// #region event
/** A rival is after the same deal. */
@DomainEvent()
export class OpportunityContested {
  opportunityId!: string;
  customerId?: string;
  competitorId!: string;
}
// #endregion

/** Through which channel it is sold: `direct`, `partner`, `online` … */
@DomainEvent()
export class SalesChannelAssigned {
  opportunityId!: string;
  customerId?: string;
  @Plain() former?: string;
  @Plain() channel!: string;
}

@DomainEvent()
export class OpportunityWon {
  opportunityId!: string;
  customerId?: string;
  /** What was agreed. */
  value!: Money;
  @Plain() ended!: Ended;
  /** Rivals who were after it. */
  competitorIds!: string[];
  orderId?: string;
}

@DomainEvent()
export class OpportunityLost {
  opportunityId!: string;
  customerId?: string;
  /** What it would have been worth, where that is known. */
  value?: Money;
  reason!: LostReason;
  /** Who got it. */
  competitorId?: string;
  /** Rivals who were after it. */
  competitorIds!: string[];
  @Plain() ended!: Ended;
  @Personal() note?: string;
}

/** It had ended, and goes on. */
@DomainEvent()
export class OpportunityReopened {
  opportunityId!: string;
  customerId?: string;
  /** The end that no longer counts. */
  @Plain() former!: { outcome: 'won' | 'lost' | 'rejected'; endedAt: string; value?: Money; ended: Ended; competitorId?: string; competitorIds: string[] };
  @Plain() stage!: string;
  @Personal() reason?: string;
}
