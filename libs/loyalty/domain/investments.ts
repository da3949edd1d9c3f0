import { aggregate, DomainEvent, Personal, Plain } from '#event-sourcing';
import { type Money } from '#purchases';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What the firm puts into a relationship beside service and campaigns. */
export const INVESTMENT_KINDS = ['gift', 'event', 'training', 'loyalty-benefit', 'time', 'other'] as const;
export type InvestmentKind = (typeof INVESTMENT_KINDS)[number];

/** The firm spent something so that a relationship lasts. */
@DomainEvent()
export class RelationshipInvestmentRecorded {
  investmentId!: string;
  customerId!: string;
  @Plain() kind!: InvestmentKind;
  amount!: Money;
  @Personal() note?: string;
}

/** It was not spent, or not for this customer. */
@DomainEvent()
export class RelationshipInvestmentWithdrawn {
  investmentId!: string;
  customerId!: string;
  @Personal() reason!: string;
}

export type InvestmentState = { status: 'unknown' } | { status: 'recorded' | 'withdrawn'; customerId: string };

export const Investment = aggregate<'investment', InvestmentState>('investment', { status: 'unknown' })
  .on(RelationshipInvestmentRecorded, (_, { customerId }) => ({ status: 'recorded', customerId }))
  .on(RelationshipInvestmentWithdrawn, (_, { customerId }) => ({ status: 'withdrawn', customerId }));
