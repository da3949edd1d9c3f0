import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { Interaction, recordedInteraction, TouchpointExperienceRated, type Sentiment } from '../domain/interaction.js';
import { Relationship, RelationshipSentimentRecorded } from '../domain/relationship.js';
import { InteractionCommand } from './interaction-command.js';

@Command({ summary: 'Records what a customer felt at one touch, from −2 very bad to +2 very good.', allow: ['manager', 'sales', 'service'] })
export class RateTouchpointExperience extends InteractionCommand {
  @IsInt() @Min(-2) @Max(2) rating!: Sentiment;
  @IsOptional() @IsText(2000) comment?: string;
}

export const rateTouchpointExperience = decide(Interaction, RateTouchpointExperience, (command, state) => {
  const { customerId, facts, rating: formerRating, comment: formerComment } = recordedInteraction(state, command.interactionId);
  const data = factsOf(command);
  if (data.rating === formerRating && data.comment === formerComment) return [];
  return event(TouchpointExperienceRated, { ...data, customerId, channel: facts.channel, ...(formerRating !== undefined && { formerRating }) });
});

@Command({ summary: 'Records the feeling in a relationship, from −2 very bad to +2 very good.', allow: ['manager', 'sales', 'service'] })
export class RecordRelationshipSentiment {
  /** Where a customer has one relationship only, the customer's id will do. */
  @IsId() relationshipId!: string;
  @IsId() customerId!: string;
  /** The contact person that it is with. */
  @IsOptional() @IsId() contactId?: string;
  @IsInt() @Min(-2) @Max(2) sentiment!: Sentiment;
  /** The interaction in which it showed. */
  @IsOptional() @IsId() interactionId?: string;
  @IsOptional() @IsText(2000) note?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

/** Each is a measurement of its day: the same feeling again is news. */
export const recordRelationshipSentiment = decide(Relationship, RecordRelationshipSentiment, (command, relationship) => {
  const data = factsOf(command);
  const same = !relationship || (relationship.customerId === data.customerId && relationship.contactId === data.contactId);
  if (same) return event(RelationshipSentimentRecorded, data);
  const partner = relationship.contactId ? `${relationship.customerId} through contact person ${relationship.contactId}` : relationship.customerId;
  throw wrongState('relationship-of-another', `Relationship ${command.relationshipId} is with ${partner}; take another id for another relationship.`);
});
