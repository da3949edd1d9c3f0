import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, invalid, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue } from '../../commands/fields.js';
import { Competitor, competitorFound, type CompetitorState } from '../../competitors/domain/competitor.js';
import { refuseBefore } from '../../domain/time.js';
import { winningStage } from '../../sales-processes/domain/stages.js';
import { LOST_REASONS, OpportunityLost, OpportunityReopened, OpportunityStageAdvanced, OpportunityWon, type LostReason } from '../domain/events.js';
import { skippedTo } from '../domain/moves.js';
import { customerOf, endedOf, Opportunity, opportunityFor, refuseTextAboutNobody, stepOf } from '../domain/opportunity.js';
import { OpportunityCommand } from './opportunity-command.js';

@Command({ summary: 'The customer has signed: the opportunity is won, in the last stage before those after the sale.', allow: ['manager', 'sales'] })
export class WinOpportunity extends OpportunityCommand {
  /** What was agreed. Default: what it was estimated at. */
  @IsOptional() @IsAmountDue() value?: AmountDue;
  @IsOptional() @IsId() orderId?: string;
}

export const winOpportunity = decide(Opportunity, WinOpportunity, (command, state, { occurredAt }) => {
  const opportunity = opportunityFor('WinOpportunity', state, command.opportunityId);
  const { stage: from, since, process, competitorIds } = opportunity;
  refuseBefore(since, occurredAt, `It came into ${from}`);
  const facts = { ...(opportunity.value && { value: opportunity.value }), ...factsOf(command), ...customerOf(opportunity) };
  const { value } = facts;
  if (!value) throw invalid('value-missing', 'Say what was agreed: value is missing, and no estimate was ever made.');
  const { opportunityId } = facts;
  const to = winningStage(process.stages).stage;
  const step = from === to ? [] : [event(OpportunityStageAdvanced, { opportunityId, ...customerOf(opportunity), from, to, skipped: skippedTo(opportunity, to), step: stepOf(opportunity) })];
  const ended = endedOf(opportunity, to, from === to ? since : occurredAt);
  return [...step, event(OpportunityWon, { ...facts, value, ended, competitorIds })];
});

@Command({ summary: 'The opportunity is lost: why, and to whom.', allow: ['manager', 'sales'] })
export class LoseOpportunity extends OpportunityCommand {
  @IsIn(LOST_REASONS) reason!: LostReason;
  /** Who got it. */
  @IsOptional() @IsId() competitorId?: string;
  @IsOptional() @IsText(1000) note?: string;
}

export const loseOpportunity = decide(Opportunity, LoseOpportunity, (command, state, { occurredAt }, competitor) => {
  const opportunity = opportunityFor('LoseOpportunity', state, command.opportunityId);
  if (command.competitorId !== undefined) competitorFound(competitor, command.competitorId);
  const { stage, since, value, competitorIds } = opportunity;
  refuseBefore(since, occurredAt, `It came into ${stage}`);
  refuseTextAboutNobody(opportunity.customerId, command.note, 'note');
  return event(OpportunityLost, { ...factsOf(command), ...customerOf(opportunity), ...(value && { value }), competitorIds, ended: endedOf(opportunity, stage, since) });
}, async ({ competitorId }: LoseOpportunity, stateOf: StateReader): Promise<CompetitorState> => (competitorId === undefined ? null : stateOf(Competitor, competitorId)));

@Command({ summary: 'An opportunity that had ended goes on, in the stage that it ended in; its end no longer counts.', allow: ['manager', 'sales'] })
export class ReopenOpportunity extends OpportunityCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const reopenOpportunity = decide(Opportunity, ReopenOpportunity, (command, state, { occurredAt }) => {
  const opportunity = opportunityFor('ReopenOpportunity', state, command.opportunityId);
  const former = opportunity.end!;
  refuseBefore(former.endedAt, occurredAt, `It was ${former.outcome}`);
  refuseTextAboutNobody(opportunity.customerId, command.reason, 'reason');
  return event(OpportunityReopened, { ...factsOf(command), ...customerOf(opportunity), former, stage: former.ended.stage });
});
