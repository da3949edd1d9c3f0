import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

export const INFORMATION_KINDS = ['competitor', 'price', 'demand', 'product', 'law', 'other'] as const;
export type InformationKind = (typeof INFORMATION_KINDS)[number];

/** Something about the market, from whomever in the firm has heard of it. It is about firms and products, not about persons. */
@DomainEvent()
export class MarketInformationSubmitted {
  marketinformationId!: string;
  /** Who gathered it; absent where it comes from another department. */
  representativeId?: string;
  @Plain() department?: string;
  kind!: InformationKind;
  competitorId?: string;
  offeringId?: string;
  @Plain() text!: string;
}

/** Whether something was submitted under this id. */
export const MarketInformation = aggregate('marketinformation', false).on(MarketInformationSubmitted, () => true);
