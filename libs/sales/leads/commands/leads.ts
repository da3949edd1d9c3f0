import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, invalid, notFound, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsCountry, IsEmailAddress, IsId, IsKeyword, IsNested, IsPhone, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { HandoverFields } from '../../commands/handover.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';
import { assignedBy, type AssignmentFacts } from '../domain/assignment.js';
import { rulesInForce } from './rules-in-force.js';
import { Lead, LeadAssigned, LeadCaptured, LeadConverted, LeadDisqualified, leadFor, LeadMarkedDuplicate, LeadQualified, LeadReturnedToPool, type KnownLead } from '../domain/lead.js';

abstract class LeadCommand extends SalesCommand {
  @IsId() leadId!: string;
}

@Command({ summary: 'Takes in somebody who may become a customer.', allow: ['manager', 'sales', 'service', 'partner'] })
export class CaptureLead extends LeadCommand {
  /** Where it came from: `web`, `fair`, `existing-user` … */
  @IsKeyword() source!: string;
  @IsText(200) name!: string;
  @IsOptional() @IsText(200) company?: string;
  @IsOptional() @IsEmailAddress() email?: string;
  @IsOptional() @IsPhone() phone?: string;
  @IsOptional() @IsCountry() country?: string;
  @IsOptional() @IsText(100) region?: string;
  @IsOptional() @IsText(100) industry?: string;
  /** What they are interested in. */
  @IsOptional() @IsId() offeringId?: string;
  @IsOptional() @IsText(2000) note?: string;
}

export const captureLead = decide(Lead, CaptureLead, (command, state) => {
  if (state) throw wrongState('lead-already-captured', `Lead ${command.leadId} was captured already; take another id.`);
  return event(LeadCaptured, factsOf(command));
});

@Command({ summary: 'A lead is the same as another, which goes on.', allow: ['manager', 'sales'] })
export class MarkLeadDuplicate extends LeadCommand {
  @IsId() ofLeadId!: string;
}

export const markLeadDuplicate = decide(Lead, MarkLeadDuplicate, (command, state, _, other) => {
  leadFor('MarkLeadDuplicate', state, command.leadId);
  if (command.leadId === command.ofLeadId) throw invalid('duplicate-of-itself', 'A lead is no duplicate of itself; name the other one.');
  if (!other) throw notFound('lead-not-found', `There is no lead ${command.ofLeadId}; correct the id.`);
  if (other.status === 'duplicate') throw wrongState('lead-duplicate', `Lead ${command.ofLeadId} is itself a duplicate; name the one that goes on.`);
  return event(LeadMarkedDuplicate, factsOf(command));
}, ({ ofLeadId }: MarkLeadDuplicate, stateOf: StateReader) => stateOf(Lead, ofLeadId));

@Command({ summary: 'Gives a lead to a representative, whatever the rules say.', allow: ['manager'] })
export class AssignLead extends LeadCommand {
  @IsId() representativeId!: string;
  /** Why it is handed over by itself: what has ended stays whose it was. */
  @IsOptional() @IsNested(() => HandoverFields) because?: HandoverFields;
}

export const assignLead = decide(Lead, AssignLead, ({ leadId, representativeId, because }, state, _, representative) => {
  if (because && (state?.status === 'converted' || state?.status === 'disqualified' || state?.status === 'duplicate')) return [];
  const lead = leadFor('AssignLead', state, leadId);
  sellerOf(representativeId, representative);
  return lead.representativeId === representativeId ? [] : event(LeadAssigned, { leadId, representativeId, ...formerOf(lead), ...(because && { because: { ...because } }) });
}, representativeNamed);

@Command({ summary: 'Gives a lead to whom the rules name, and keeps why.', allow: ['manager', 'sales', 'service'] })
export class AssignLeadByRules extends LeadCommand {}

export const assignLeadByRules = decide(Lead, AssignLeadByRules, ({ leadId }, state, _, { rules, left }) => {
  const lead = leadFor('AssignLeadByRules', state, leadId);
  const assigned = assignedBy(rules, `lead ${leadId}`, leadId, factsAbout(lead), left);
  return lead.representativeId === assigned.representativeId ? [] : event(LeadAssigned, { leadId, ...assigned, ...formerOf(lead) });
}, (_: AssignLeadByRules, stateOf: StateReader) => rulesInForce(stateOf));

@Command({ summary: 'Nobody works on a lead any more: it waits for somebody else.', allow: ['manager', 'sales'] })
export class ReturnLeadToPool extends LeadCommand {
  @IsText(500) reason!: string;
}

export const returnLeadToPool = decide(Lead, ReturnLeadToPool, (command, state) => {
  const { representativeId } = leadFor('ReturnLeadToPool', state, command.leadId);
  return event(LeadReturnedToPool, { ...factsOf(command), formerRepresentativeId: representativeId! });
});

@Command({ summary: 'A lead is worth working on.', allow: ['manager', 'sales'] })
export class QualifyLead extends LeadCommand {
  /** From 0 to 100. */
  @IsOptional() @IsInt() @Min(0) @Max(100) score?: number;
  @IsOptional() @IsText(1000) note?: string;
}

export const qualifyLead = decide(Lead, QualifyLead, (command, state) => {
  leadFor('QualifyLead', state, command.leadId);
  return event(LeadQualified, factsOf(command));
});

@Command({ summary: 'A lead is not worth working on.', allow: ['manager', 'sales'] })
export class DisqualifyLead extends LeadCommand {
  @IsText(500) reason!: string;
}

export const disqualifyLead = decide(Lead, DisqualifyLead, (command, state) => {
  leadFor('DisqualifyLead', state, command.leadId);
  return event(LeadDisqualified, factsOf(command));
});

@Command({ summary: 'A qualified lead has become a customer; with opportunityId also an opportunity.', allow: ['manager', 'sales'] })
export class ConvertLead extends LeadCommand {
  /** Who it turned out to be; registered before. */
  @IsId() customerId!: string;
  /** Of the opportunity to open. */
  @IsOptional() @IsId() opportunityId?: string;
}

export const convertLead = decide(Lead, ConvertLead, (command, state, _, customer) => {
  const { source, representativeId, offeringId, capturedAt, rule } = leadFor('ConvertLead', state, command.leadId);
  refuseUnlessDealable(command, customer);
  return event(LeadConverted, { ...factsOf(command), source, capturedAt, ...(representativeId !== undefined && { representativeId }), ...(offeringId !== undefined && { offeringId }), ...(rule && { rule }) });
}, customerNamed);

const formerOf = ({ representativeId }: KnownLead) => (representativeId === undefined ? {} : { formerRepresentativeId: representativeId });

const factsAbout = ({ status: _, capturedAt: __, representativeId: ___, rule: ____, ...facts }: KnownLead): AssignmentFacts => facts;
