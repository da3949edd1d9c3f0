import { aggregate, DomainEvent, Plain } from '#event-sourcing';
import { type Money } from '#money';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What is to be sold by whom in a month, `2017-03`. */
@DomainEvent()
export class SalesTargetSet {
  salestargetId!: string;
  representativeId!: string;
  @Plain() month!: string;
  value!: Money;
}

@DomainEvent()
export class SalesTargetRevised {
  salestargetId!: string;
  representativeId!: string;
  @Plain() month!: string;
  former!: Money;
  value!: Money;
  @Plain() reason?: string;
}

/** Null: none was set under this id. */
export type SalesTargetState = { representativeId: string; month: string; value: Money } | null;

export const SalesTarget = aggregate<'salestarget', SalesTargetState>('salestarget', null)
  .on(SalesTargetSet, (_, { representativeId, month, value }) => ({ representativeId, month, value }))
  .on(SalesTargetRevised, (target, { value }) => target && { ...target, value });
