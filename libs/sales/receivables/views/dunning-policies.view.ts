import { view } from '#event-sourcing';
import { DunningPolicyPublished, type DunningLevel } from '../domain/dunning-policy.js';

export interface DunningPolicyRow {
  version: number;
  levels: DunningLevel[];
  reason?: string;
  publishedAt: string;
  publishedBy: string;
}

/** Keyed by version. */
export const dunningPolicies = view<DunningPolicyRow>('dunning_policies', {
  version: 1,
  summary: 'Every version of how customers are reminded of what is overdue.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: null,
  indexes: [{ version: -1 }],
}).on(DunningPolicyPublished, ({ data }) => String(data.version), (_, { data: { dunningpolicyId: __, ...said }, occurredAt, metadata }) => ({ ...said, publishedAt: occurredAt, publishedBy: metadata.actor }));
