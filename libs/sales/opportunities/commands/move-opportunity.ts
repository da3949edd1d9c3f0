import { IsOptional } from 'class-validator';
import { Command, decide, event } from '#event-sourcing';
import { factsOf, IsKeyword, IsText } from '#event-sourcing/validation';
import { refuseBefore } from '../../domain/time.js';
import { OpportunityStageAdvanced, OpportunityStageReverted } from '../domain/events.js';
import { refuseUnlessBehind, skippedTo } from '../domain/moves.js';
import { customerOf, Opportunity, opportunityFor, refuseTextAboutNobody, stepOf } from '../domain/opportunity.js';
import { OpportunityCommand } from './opportunity-command.js';

@Command({ summary: 'Takes an opportunity to a later stage; stages that are left out are told.', allow: ['manager', 'sales'] })
export class AdvanceOpportunity extends OpportunityCommand {
  /** The stage that it comes into. */
  @IsKeyword() to!: string;
}

export const advanceOpportunity = decide(Opportunity, AdvanceOpportunity, ({ opportunityId, to }, state, { occurredAt }) => {
  const opportunity = opportunityFor('AdvanceOpportunity', state, opportunityId);
  const skipped = skippedTo(opportunity, to);
  refuseBefore(opportunity.since, occurredAt, `It came into ${opportunity.stage}`);
  return event(OpportunityStageAdvanced, { opportunityId, ...customerOf(opportunity), from: opportunity.stage, to, skipped, step: stepOf(opportunity) });
});

@Command({ summary: 'Takes an opportunity back to an earlier stage.', allow: ['manager', 'sales'] })
export class RevertOpportunity extends OpportunityCommand {
  /** The stage that it goes back to. */
  @IsKeyword() to!: string;
  @IsOptional() @IsText(500) reason?: string;
}

export const revertOpportunity = decide(Opportunity, RevertOpportunity, (command, state, { occurredAt }) => {
  const opportunity = opportunityFor('RevertOpportunity', state, command.opportunityId);
  refuseUnlessBehind(opportunity, command.to);
  refuseBefore(opportunity.since, occurredAt, `It came into ${opportunity.stage}`);
  refuseTextAboutNobody(opportunity.customerId, command.reason, 'reason');
  return event(OpportunityStageReverted, { ...factsOf(command), ...customerOf(opportunity), from: opportunity.stage, step: stepOf(opportunity) });
});
