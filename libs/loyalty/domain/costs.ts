import { aggregate, DomainEvent, Plain } from '#event-sourcing';
import { type Money } from '#purchases';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Of the goods; of service and campaigns; a share of what cannot be told apart. */
export const COST_KINDS = ['direct', 'service', 'campaign', 'overhead'] as const;
export type CostKind = (typeof COST_KINDS)[number];

/** Something was spent for a customer. */
@DomainEvent()
export class CostAllocated {
  costId!: string;
  customerId!: string;
  @Plain() kind!: CostKind;
  amount!: Money;
  @Plain() product?: string;
  @Plain() basis!: string;
}

export const Cost = aggregate<'cost', { allocated: boolean }>('cost', { allocated: false }).on(CostAllocated, () => ({ allocated: true }));
