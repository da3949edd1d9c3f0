import { view } from '#event-sourcing';
import { AssignmentRulesPublished, type AssignmentRule } from '../domain/assignment.js';

export interface AssignmentRulesRow {
  version: number;
  rules: AssignmentRule[];
  reason?: string;
  publishedAt: string;
  publishedBy: string;
}

/** Keyed by version. */
export const assignmentRules = view<AssignmentRulesRow>('assignment_rules', {
  version: 1,
  summary: 'Every version of the rules by which leads and customers are given to representatives.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ version: -1 }],
}).on(AssignmentRulesPublished, ({ data }) => String(data.version), (_, { data: { assignmentrulesId: __, ...said }, occurredAt, metadata }) => ({ ...said, publishedAt: occurredAt, publishedBy: metadata.actor }));
