import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, IsUUID } from 'class-validator';
import { Command, decide, event, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { Offering, sold } from '../../offerings/domain/offering.js';
import { LatentOpportunity, LatentOpportunityIdentified, latentOpportunityFor, SUGGESTION_KINDS, SuggestionAccepted, SuggestionRejected, type SuggestionKind } from '../domain/latent-opportunity.js';

abstract class LatentOpportunityCommand extends SalesCommand {
  @IsId() latentopportunityId!: string;
}

@Command({ summary: 'A customer may want something: what, and which events show it.', allow: ['manager', 'sales', 'service'] })
export class IdentifyLatentOpportunity extends LatentOpportunityCommand {
  @IsId() customerId!: string;
  @IsId() offeringId!: string;
  @IsIn(SUGGESTION_KINDS) kind!: SuggestionKind;
  /** Ids of the events that it was found in. */
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(100) @ArrayUnique() @IsUUID(undefined, { each: true }) evidenceIds!: string[];
  @IsText(1000) reason!: string;
}

export const identifyLatentOpportunity = decide(LatentOpportunity, IdentifyLatentOpportunity, (command, state, _, { customer, offering }) => {
  if (state) throw wrongState('latent-opportunity-already-identified', `Latent opportunity ${command.latentopportunityId} was identified already; take another id.`);
  refuseUnlessDealable(command, customer);
  sold(offering, command.offeringId);
  return event(LatentOpportunityIdentified, factsOf(command));
}, async (command: IdentifyLatentOpportunity, stateOf: StateReader) => ({ customer: await customerNamed(command, stateOf), offering: await stateOf(Offering, command.offeringId) }));

@Command({ summary: 'A suggestion is taken up; with opportunityId as an opportunity.', allow: ['manager', 'sales'] })
export class AcceptSuggestion extends LatentOpportunityCommand {
  /** The opportunity that it became. */
  @IsOptional() @IsId() opportunityId?: string;
}

export const acceptSuggestion = decide(LatentOpportunity, AcceptSuggestion, (command, state) => {
  const { status: _, ...suggested } = latentOpportunityFor('AcceptSuggestion', state, command.latentopportunityId);
  return event(SuggestionAccepted, { ...factsOf(command), ...suggested });
});

@Command({ summary: 'A suggestion is not taken up.', allow: ['manager', 'sales'] })
export class RejectSuggestion extends LatentOpportunityCommand {
  @IsText(500) reason!: string;
}

export const rejectSuggestion = decide(LatentOpportunity, RejectSuggestion, (command, state) => {
  const { customerId } = latentOpportunityFor('RejectSuggestion', state, command.latentopportunityId);
  return event(SuggestionRejected, { ...factsOf(command), customerId });
});
