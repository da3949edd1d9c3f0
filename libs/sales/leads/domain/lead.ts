import { aggregate, DomainEvent, onKnown, Personal, Plain, stateMachine } from '#event-sourcing';
import { type Handover } from '../../domain/handover.js';
import { type RuleApplied } from './assignment.js';

// Names and fields of events are the storage format: changed only through an upcaster.

/** A lead is a person of whom nothing else is known: what describes them is theirs. */
const LEAD = { subject: 'leadId' };

@DomainEvent()
export class LeadCaptured {
  leadId!: string;
  /** Where it came from: `web`, `fair`, `existing-user`. */
  @Plain() source!: string;
  @Plain() country?: string;
  @Plain() region?: string;
  @Plain() industry?: string;
  offeringId?: string;
  @Personal(LEAD) name!: string;
  @Personal(LEAD) company?: string;
  @Personal(LEAD) email?: string;
  @Personal(LEAD) phone?: string;
  @Personal(LEAD) note?: string;
}

/** The same as another, which goes on. */
@DomainEvent({ handsOver: { from: 'leadId', to: 'ofLeadId' } })
export class LeadMarkedDuplicate {
  leadId!: string;
  ofLeadId!: string;
}

@DomainEvent()
export class LeadAssigned {
  leadId!: string;
  representativeId!: string;
  /** Who had it before. */
  formerRepresentativeId?: string;
  /** The rule that assigned it and the facts that it looked at; absent where somebody decided. */
  @Plain() rule?: RuleApplied;
  /** Why it was handed over by itself. */
  @Plain() because?: Handover;
}

/** Nobody works on it any more: it can be assigned again. */
@DomainEvent()
export class LeadReturnedToPool {
  leadId!: string;
  formerRepresentativeId!: string;
  @Personal(LEAD) reason!: string;
}

@DomainEvent()
export class LeadQualified {
  leadId!: string;
  /** From 0 to 100. */
  score?: number;
  @Personal(LEAD) note?: string;
}

@DomainEvent()
export class LeadDisqualified {
  leadId!: string;
  @Personal(LEAD) reason!: string;
}

@DomainEvent({ handsOver: { from: 'leadId', to: 'customerId' } })
export class LeadConverted {
  leadId!: string;
  @Plain() source!: string;
  /** Who it turned out to be. */
  customerId!: string;
  /** The opportunity that it became. */
  opportunityId?: string;
  representativeId?: string;
  offeringId?: string;
  capturedAt!: string;
  /** Why the representative had it; absent where somebody decided. */
  @Plain() rule?: RuleApplied;
}

export type LeadStatus = 'pooled' | 'assigned' | 'qualified' | 'disqualified' | 'duplicate' | 'converted';

export interface KnownLead {
  status: LeadStatus;
  source: string;
  country?: string;
  region?: string;
  industry?: string;
  offeringId?: string;
  representativeId?: string;
  /** Why they have it; absent where somebody decided. */
  rule?: RuleApplied;
  capturedAt: string;
}

/** Null: none was captured under this id. */
export type LeadState = KnownLead | null;

const on = onKnown<KnownLead>();

export const Lead = aggregate<'lead', LeadState>('lead', null)
  .on(LeadCaptured, (_, { source, country, region, industry, offeringId }, { occurredAt }) => ({
    status: 'pooled', source, capturedAt: occurredAt,
    ...(country !== undefined && { country }), ...(region !== undefined && { region }), ...(industry !== undefined && { industry }), ...(offeringId !== undefined && { offeringId }),
  }))
  .on(LeadMarkedDuplicate, on(() => ({ status: 'duplicate' })))
  .on(LeadAssigned, (state, { representativeId, rule }) => {
    if (!state) return state;
    const { rule: _, ...lead } = state;
    return { ...lead, representativeId, status: lead.status === 'pooled' ? 'assigned' : lead.status, ...(rule && { rule }) };
  })
  .on(LeadReturnedToPool, (state) => {
    if (!state) return state;
    const { representativeId: _, rule: __, ...lead } = state;
    return { ...lead, status: 'pooled' };
  })
  .on(LeadQualified, on(() => ({ status: 'qualified' })))
  .on(LeadDisqualified, on(() => ({ status: 'disqualified' })))
  .on(LeadConverted, on(() => ({ status: 'converted' })));

/** What is possible with a lead in each state. */
export const leadFor = stateMachine<LeadStatus>('lead', {
  pooled: ['AssignLead', 'AssignLeadByRules', 'ScreenProspect', 'MarkLeadDuplicate', 'DisqualifyLead'],
  assigned: ['AssignLead', 'AssignLeadByRules', 'ReturnLeadToPool', 'ScreenProspect', 'MarkLeadDuplicate', 'QualifyLead', 'DisqualifyLead'],
  qualified: ['AssignLead', 'ReturnLeadToPool', 'ScreenProspect', 'MarkLeadDuplicate', 'DisqualifyLead', 'ConvertLead'],
  disqualified: [],
  duplicate: [],
  converted: [],
});
