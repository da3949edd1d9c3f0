import { aggregate, DomainEvent, Plain } from '#event-sourcing';
import { type Money } from '#purchases';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What binds a customer: each would have to be paid, or given up, by leaving. */
export const BINDING_KINDS = ['contract', 'switching-work', 'prepaid', 'data', 'habit', 'benefit'] as const;
export type BindingKind = (typeof BINDING_KINDS)[number];

/** Leaving would cost the customer this much more. */
@DomainEvent()
export class BindingFactorAdded {
  bindingId!: string;
  customerId!: string;
  @Plain() kind!: BindingKind;
  cost!: Money;
  @Plain() source!: string;
  /** When it ends by itself, such as a contract. ISO 8601. */
  @Plain() until?: string;
}

@DomainEvent()
export class BindingFactorRemoved {
  bindingId!: string;
  customerId!: string;
  @Plain() reason!: string;
}

export type BindingState = { status: 'unknown' } | { status: 'binding' | 'removed'; customerId: string };

export const Binding = aggregate<'binding', BindingState>('binding', { status: 'unknown' })
  .on(BindingFactorAdded, (_, { customerId }) => ({ status: 'binding', customerId }))
  .on(BindingFactorRemoved, (_, { customerId }) => ({ status: 'removed', customerId }));
