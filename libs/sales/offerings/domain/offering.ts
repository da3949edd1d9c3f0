import { aggregate, DomainEvent, onKnown, Plain, wrongState, notFound } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

export const OFFERING_KINDS = ['product', 'service'] as const;
export type OfferingKind = (typeof OFFERING_KINDS)[number];

/** What ties a customer to an offering; not one to one. */
export const OFFERING_LINKS = ['interested', 'uses', 'resells', 'supplies'] as const;
export type OfferingLink = (typeof OFFERING_LINKS)[number];

/** A product or service that the firm sells. */
@DomainEvent()
export class OfferingDefined {
  offeringId!: string;
  @Plain() name!: string;
  kind!: OfferingKind;
  /** The family that it belongs to. */
  @Plain() series?: string;
}

/** It is sold no longer. */
@DomainEvent()
export class OfferingRetired {
  offeringId!: string;
  @Plain() reason?: string;
}

@DomainEvent()
export class CustomerOfferingLinked {
  offeringId!: string;
  customerId!: string;
  link!: OfferingLink;
}

export interface KnownOffering {
  name: string;
  retired: boolean;
}

/** Null: none was defined under this id. */
export type OfferingState = KnownOffering | null;

export const Offering = aggregate<'offering', OfferingState>('offering', null)
  .on(OfferingDefined, (_, { name }) => ({ name, retired: false }))
  .on(OfferingRetired, onKnown<KnownOffering>()(() => ({ retired: true })))
  .on(CustomerOfferingLinked, (offering) => offering);

/** @throws Rejection `offering-not-found` */
export function offeringFound(state: OfferingState, offeringId: string): KnownOffering {
  if (!state) throw notFound('offering-not-found', `There is no offering ${offeringId}; define it first, or correct the id.`);
  return state;
}

/** @throws Rejection `offering-not-found`, `offering-retired` */
export function sold(state: OfferingState, offeringId: string): KnownOffering {
  const offering = offeringFound(state, offeringId);
  if (offering.retired) throw wrongState('offering-retired', `Offering ${offeringId} is retired and sold no longer; name another.`);
  return offering;
}
