import { isDeepStrictEqual } from 'node:util';
import { IsOptional } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsText } from '#event-sourcing/validation';
import { FollowUpCancelled, FollowUpDone, FollowUpScheduled, Interaction, recordedInteraction, type InteractionState } from '../domain/interaction.js';
import { InteractionCommand } from './interaction-command.js';

@Command({ summary: 'Sets the date on which somebody is to come back to an interaction; it replaces an open one.', allow: ['manager', 'sales', 'service'] })
export class ScheduleFollowUp extends InteractionCommand {
  @IsIsoDate() followUpOn!: string;
  /** Who is to do it. */
  @IsOptional() @IsId() assignee?: string;
  @IsOptional() @IsText(500) purpose?: string;
}

export const scheduleFollowUp = decide(Interaction, ScheduleFollowUp, (command, state) => {
  const { customerId, followUp: former } = recordedInteraction(state, command.interactionId);
  const { interactionId, ...followUp } = factsOf(command);
  if (isDeepStrictEqual(followUp, former)) return [];
  return event(FollowUpScheduled, { interactionId, customerId, ...followUp, ...(former && { formerFollowUpOn: former.followUpOn }) });
});

@Command({ summary: 'Says that the open follow-up of an interaction was done.', allow: ['manager', 'sales', 'service'] })
export class CompleteFollowUp extends InteractionCommand {
  /** The interaction in which it was done. */
  @IsOptional() @IsId() doneInInteractionId?: string;
  @IsOptional() @IsText(500) note?: string;
}

export const completeFollowUp = decide(Interaction, CompleteFollowUp, (command, state) =>
  event(FollowUpDone, { ...factsOf(command), ...openFollowUp(state, command.interactionId) }),
);

@Command({ summary: 'Says that the open follow-up of an interaction is no longer needed.', allow: ['manager', 'sales', 'service'] })
export class CancelFollowUp extends InteractionCommand {
  @IsText(500) reason!: string;
}

export const cancelFollowUp = decide(Interaction, CancelFollowUp, (command, state) =>
  event(FollowUpCancelled, { ...factsOf(command), ...openFollowUp(state, command.interactionId) }),
);

function openFollowUp(state: InteractionState, interactionId: string): { customerId: string; followUpOn: string } {
  const { customerId, followUp } = recordedInteraction(state, interactionId);
  if (!followUp) throw wrongState('no-open-follow-up', `Interaction ${interactionId} has no open follow-up; schedule one first.`);
  return { customerId, followUpOn: followUp.followUpOn };
}
