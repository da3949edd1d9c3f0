import { view } from '#event-sourcing';
import type { PolicyVersion } from '../domain/policies.js';
import { ValuePolicyPublished, type ValueRules } from '../domain/value-policy.js';

export interface ValuePolicyRow extends PolicyVersion<ValueRules> {
  reason?: string;
  publishedBy: string;
  eventId: string;
}

/** Every version of the value policy, keyed by it. */
export const valuePolicies = view<ValuePolicyRow>('value_policies', {
  version: 1,
  summary: 'Every version of the rules for value, tiers and value classes, with the event that published it.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: null,
})
  .on(ValuePolicyPublished, ({ data }) => String(data.version), (_, { data, metadata, id }) => ({ ...data, publishedBy: metadata.actor, eventId: id }));
