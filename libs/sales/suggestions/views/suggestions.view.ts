import { onRow, view } from '#event-sourcing';
import { LatentOpportunityIdentified, SuggestionAccepted, SuggestionRejected, type SuggestionKind } from '../domain/latent-opportunity.js';

export interface SuggestionRow {
  customerId: string;
  offeringId: string;
  kind: SuggestionKind;
  status: 'suggested' | 'accepted' | 'rejected';
  reason: string;
  /** Ids of the events that it was found in. */
  evidenceIds: string[];
  suggestedAt: string;
  suggestedBy: string;
  opportunityId?: string;
  rejectedBecause?: string;
}

export const suggestions = view<SuggestionRow>('suggestions', {
  version: 1,
  summary: 'What customers may want, with the events that show it; those to be looked at with `{ "status": "suggested" }`.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: ['reason', 'rejectedBecause'],
  record: 'customerId',
  indexes: [{ customerId: 1, status: 1 }, { status: 1, suggestedAt: -1 }],
})
  .key(({ data }) => data.latentopportunityId)
  .on(LatentOpportunityIdentified, (_, { data: { latentopportunityId: __, ...said }, occurredAt, metadata }) => ({ ...said, status: 'suggested', suggestedAt: occurredAt, suggestedBy: metadata.actor }))
  .on(SuggestionAccepted, onRow((_, { data: { opportunityId } }) => ({ status: 'accepted', ...(opportunityId !== undefined && { opportunityId }) })))
  .on(SuggestionRejected, onRow((_, { data: { reason } }) => ({ status: 'rejected', rejectedBecause: reason })));
