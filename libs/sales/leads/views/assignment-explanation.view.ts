import { view } from '#event-sourcing';
import { type RuleApplied } from '../domain/assignment.js';
import { LeadConverted } from '../domain/lead.js';

export interface AssignmentExplanationRow {
  representativeId?: string;
  leadId: string;
  /** Rule, version and the facts that it looked at; absent where somebody decided. */
  rule?: RuleApplied;
  since: string;
}

/** Keyed by customer. */
export const assignmentExplanation = view<AssignmentExplanationRow>('assignment_explanation', {
  version: 1,
  summary: 'Why each customer who came as a lead was given to whom: the rule, its version and the facts.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: '_id',
  indexes: [{ representativeId: 1 }],
})
  .key(({ data }) => data.customerId)
  .on(LeadConverted, (_, { data: { leadId, representativeId, rule }, occurredAt }) => ({ leadId, ...(representativeId !== undefined && { representativeId }), ...(rule && { rule }), since: occurredAt }));
