import { dispatch, end, process } from '#event-sourcing';
import { LeadConverted } from '../../leads/domain/lead.js';
import { SuggestionAccepted } from '../../suggestions/domain/latent-opportunity.js';
import { OpenOpportunity } from '../commands/open-opportunity.js';

const opportunity = ({ data }: { data: { opportunityId?: string } }): string | undefined => data.opportunityId;

/** Opens the opportunity that a converted lead or an accepted suggestion names. An instance is an opportunity. */
export const opportunitiesArising = process<null>('opportunitiesarising', null, { summary: 'Opens opportunities that leads and suggestions have become.' })
  .startsOn(LeadConverted, opportunity, (_, { data: { customerId, leadId, representativeId, offeringId } }, { id }) => [
    dispatch(OpenOpportunity, {
      opportunityId: id, customerId, leadId, source: 'lead', ...(representativeId !== undefined && { representativeId }), ...(offeringId !== undefined && { offeringId }),
    }),
    end(),
  ])
  .startsOn(SuggestionAccepted, opportunity, (_, { data: { customerId, offeringId } }, { id }) => [dispatch(OpenOpportunity, { opportunityId: id, customerId, offeringId, source: 'mined' }), end()]);
