import { isDeepStrictEqual } from 'node:util';
import { IsOptional } from 'class-validator';
import { Command, decide, event, invalid, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsKeyword, IsNested, IsText } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue } from '../../commands/fields.js';
import { HandoverFields } from '../../commands/handover.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { Competitor, competitorFound } from '../../competitors/domain/competitor.js';
import {
  OpportunityConfirmed, OpportunityContested, OpportunityCustomerNamed, OpportunityEstimateRevised, OpportunityReassigned, OpportunityRejected, SalesChannelAssigned,
} from '../domain/events.js';
import { customerOf, endedOf, Opportunity, opportunityFor, refuseTextAboutNobody } from '../domain/opportunity.js';
import { OpportunityCommand } from './opportunity-command.js';
import { representativeNamed, sellerOf } from './seller.js';

@Command({ summary: 'An opportunity was looked into and is a real one.', allow: ['manager', 'sales'] })
export class ConfirmOpportunity extends OpportunityCommand {}

export const confirmOpportunity = decide(Opportunity, ConfirmOpportunity, ({ opportunityId }, state) => {
  const opportunity = opportunityFor('ConfirmOpportunity', state, opportunityId);
  return opportunity.confirmed ? [] : event(OpportunityConfirmed, { opportunityId, ...customerOf(opportunity) });
});

@Command({ summary: 'An opportunity was looked into and is none.', allow: ['manager', 'sales'] })
export class RejectOpportunity extends OpportunityCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const rejectOpportunity = decide(Opportunity, RejectOpportunity, (command, state) => {
  const opportunity = opportunityFor('RejectOpportunity', state, command.opportunityId);
  refuseTextAboutNobody(opportunity.customerId, command.reason, 'reason');
  return event(OpportunityRejected, { ...factsOf(command), ...customerOf(opportunity), ended: endedOf(opportunity, opportunity.stage, opportunity.since) });
});

@Command({ summary: 'Says who the customer of an opportunity is, where nobody knew.', allow: ['manager', 'sales'] })
export class NameOpportunityCustomer extends OpportunityCommand {
  @IsId() customerId!: string;
}

export const nameOpportunityCustomer = decide(Opportunity, NameOpportunityCustomer, (command, state, _, customer) => {
  const { customerId } = opportunityFor('NameOpportunityCustomer', state, command.opportunityId);
  refuseUnlessDealable(command, customer);
  if (customerId === command.customerId) return [];
  if (customerId !== undefined) throw wrongState('customer-already-named', `Opportunity ${command.opportunityId} is of customer ${customerId}; open another one for ${command.customerId}.`);
  return event(OpportunityCustomerNamed, factsOf(command));
}, customerNamed);

@Command({ summary: 'Says anew what an opportunity may be worth, and when it may be decided.', allow: ['manager', 'sales'] })
export class ReviseOpportunityEstimate extends OpportunityCommand {
  @IsOptional() @IsAmountDue() value?: AmountDue;
  @IsOptional() @IsIsoDate() expectedCloseOn?: string;
}

export const reviseOpportunityEstimate = decide(Opportunity, ReviseOpportunityEstimate, (command, state) => {
  const opportunity = opportunityFor('ReviseOpportunityEstimate', state, command.opportunityId);
  const facts = factsOf(command);
  if (!facts.value && facts.expectedCloseOn === undefined) throw invalid('nothing-revised', 'Give value, expectedCloseOn or both.');
  if (facts.expectedCloseOn === undefined && isDeepStrictEqual(opportunity.value, facts.value)) return [];
  return event(OpportunityEstimateRevised, { ...facts, ...customerOf(opportunity) });
});

@Command({ summary: 'Gives an opportunity to another representative.', allow: ['manager'] })
export class ReassignOpportunity extends OpportunityCommand {
  @IsId() representativeId!: string;
  @IsOptional() @IsText(500) reason?: string;
  /** Why it is handed over by itself: what has ended stays whose it was. */
  @IsOptional() @IsNested(() => HandoverFields) because?: HandoverFields;
}

export const reassignOpportunity = decide(Opportunity, ReassignOpportunity, ({ opportunityId, representativeId, reason, because }, state, _, representative) => {
  if (because && state && state.status !== 'open') return [];
  const opportunity = opportunityFor('ReassignOpportunity', state, opportunityId);
  const { seller: former } = opportunity;
  const seller = sellerOf(representativeId, representative);
  refuseTextAboutNobody(opportunity.customerId, reason, 'reason');
  if (isDeepStrictEqual(former, seller)) return [];
  return event(OpportunityReassigned, { opportunityId, ...customerOf(opportunity), ...(former && { former }), seller, ...(reason !== undefined && { reason }), ...(because && { because: { ...because } }) });
}, representativeNamed);

// #region command
@Command({ summary: 'A rival is after the same deal.', allow: ['manager', 'sales'] })
export class ContestOpportunity extends OpportunityCommand {
  @IsId() competitorId!: string;
}

export const contestOpportunity = decide(Opportunity, ContestOpportunity, ({ opportunityId, competitorId }, state, _, competitor) => {
  const opportunity = opportunityFor('ContestOpportunity', state, opportunityId);
  competitorFound(competitor, competitorId);
  return opportunity.competitorIds.includes(competitorId) ? [] : event(OpportunityContested, { opportunityId, ...customerOf(opportunity), competitorId });
}, ({ competitorId }: ContestOpportunity, stateOf: StateReader) => stateOf(Competitor, competitorId));
// #endregion

@Command({ summary: 'Says through which channel an opportunity is sold: directly, by a partner, on line.', allow: ['manager', 'sales'] })
export class AssignSalesChannel extends OpportunityCommand {
  /** `direct`, `partner`, `online` … */
  @IsKeyword() channel!: string;
}

export const assignSalesChannel = decide(Opportunity, AssignSalesChannel, (command, state) => {
  const opportunity = opportunityFor('AssignSalesChannel', state, command.opportunityId);
  const { channel: former } = opportunity;
  if (former === command.channel) return [];
  return event(SalesChannelAssigned, { ...factsOf(command), ...customerOf(opportunity), ...(former !== undefined && { former }) });
});
