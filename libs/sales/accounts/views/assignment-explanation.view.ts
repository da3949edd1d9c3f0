import { CustomerAssigned, type RuleCited } from '#customers';
import { view } from '#event-sourcing';
import { LeadConverted } from '../../leads/domain/lead.js';

export interface AssignmentExplanationRow {
  representativeId?: string;
  /** Who had it before. */
  formerRepresentativeId?: string;
  /** The lead that the customer came as. */
  leadId?: string;
  /** Rule, version and the facts that it looked at; absent where somebody decided. */
  rule?: RuleCited;
  since: string;
}

/** Keyed by customer. */
export const assignmentExplanation = view<AssignmentExplanationRow>('assignment_explanation', {
  version: 2,
  summary: 'Why each customer was given to whom: the rule, its version and the facts; no rule where somebody decided.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: '_id',
  indexes: [{ representativeId: 1 }, { 'rule.ruleId': 1, 'rule.version': 1 }],
})
  .key(({ data }) => data.customerId)
  .on(LeadConverted, (_, { data: { leadId, representativeId, rule }, occurredAt }) => ({ leadId, ...(representativeId !== undefined && { representativeId }), ...(rule && { rule }), since: occurredAt }))
  .on(CustomerAssigned, (row, { data: { assignment, rule }, occurredAt }) => {
    const representativeId = representativeIn(assignment.owner);
    if (representativeId === row?.representativeId) return row;
    return {
      ...(representativeId !== undefined && { representativeId }), ...(row?.representativeId !== undefined && { formerRepresentativeId: row.representativeId }),
      ...(row?.leadId !== undefined && { leadId: row.leadId }), ...(rule && { rule }), since: occurredAt,
    };
  });

/** A representative has the id of their user. */
const representativeIn = (owner: string | undefined): string | undefined => (owner?.startsWith('user:') ? owner.slice('user:'.length) : undefined);
