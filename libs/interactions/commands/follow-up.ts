import { isDeepStrictEqual } from 'node:util';
import { IsOptional } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsText } from '#event-sourcing/validation';
import { FollowUpCancelled, FollowUpDone, FollowUpMissed, FollowUpScheduled, Interaction, recordedInteraction, type InteractionState } from '../domain/interaction.js';
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

@Command({ summary: 'Says that the day of a follow-up has passed and nobody has come back to the customer.', allow: ['manager', 'sales', 'service'] })
export class RecordFollowUpMissed extends InteractionCommand {
  /** The day that has passed; nothing is missed where the follow-up is of another day by now. */
  @IsIsoDate() followUpOn!: string;
}

export const recordFollowUpMissed = decide(Interaction, RecordFollowUpMissed, ({ interactionId, followUpOn }, state, { now }) => {
  const { customerId, followUp } = recordedInteraction(state, interactionId);
  if (followUp?.followUpOn !== followUpOn || followUp.missed) return [];
  if (now.slice(0, followUpOn.length) <= followUpOn) throw wrongState('follow-up-not-missed', `The follow-up of interaction ${interactionId} is due on ${followUpOn}, and that day is not over.`);
  return event(FollowUpMissed, { interactionId, customerId, followUpOn, ...(followUp.assignee !== undefined && { assignee: followUp.assignee }) });
});

function openFollowUp(state: InteractionState, interactionId: string): { customerId: string; followUpOn: string } {
  const { customerId, followUp } = recordedInteraction(state, interactionId);
  if (!followUp) throw wrongState('no-open-follow-up', `Interaction ${interactionId} has no open follow-up; schedule one first.`);
  return { customerId, followUpOn: followUp.followUpOn };
}
