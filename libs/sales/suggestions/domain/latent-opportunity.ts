import { aggregate, DomainEvent, onKnown, Personal, stateMachine } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

export const SUGGESTION_KINDS = ['need', 'up-sell', 'cross-sell'] as const;
export type SuggestionKind = (typeof SUGGESTION_KINDS)[number];

/** Something that a customer may want, with the events that show it. */
@DomainEvent()
export class LatentOpportunityIdentified {
  latentopportunityId!: string;
  customerId!: string;
  offeringId!: string;
  kind!: SuggestionKind;
  /** Ids of the events that it was found in. */
  evidenceIds!: string[];
  @Personal() reason!: string;
}

@DomainEvent()
export class SuggestionAccepted {
  latentopportunityId!: string;
  customerId!: string;
  offeringId!: string;
  kind!: SuggestionKind;
  /** The opportunity that it became. */
  opportunityId?: string;
}

@DomainEvent()
export class SuggestionRejected {
  latentopportunityId!: string;
  customerId!: string;
  @Personal() reason!: string;
}

export interface KnownLatentOpportunity {
  status: 'suggested' | 'accepted' | 'rejected';
  customerId: string;
  offeringId: string;
  kind: SuggestionKind;
}

/** Null: none was identified under this id. */
export type LatentOpportunityState = KnownLatentOpportunity | null;

const on = onKnown<KnownLatentOpportunity>();

export const LatentOpportunity = aggregate<'latentopportunity', LatentOpportunityState>('latentopportunity', null)
  .on(LatentOpportunityIdentified, (_, { customerId, offeringId, kind }) => ({ status: 'suggested', customerId, offeringId, kind }))
  .on(SuggestionAccepted, on(() => ({ status: 'accepted' })))
  .on(SuggestionRejected, on(() => ({ status: 'rejected' })));

/** What is possible with a latent opportunity in each state. */
export const latentOpportunityFor = stateMachine<KnownLatentOpportunity['status']>('latent opportunity', { suggested: ['AcceptSuggestion', 'RejectSuggestion'], accepted: [], rejected: [] });
