import { view } from '#event-sourcing';
import { InteractionPolicyDefined, type InteractionRules } from '../domain/interaction-policy.js';
import type { PolicyVersion } from '../domain/policies.js';

export interface InteractionPolicyRow extends PolicyVersion<InteractionRules> {
  reason?: string;
  publishedBy: string;
  recordedAt: string;
  eventId: string;
}

export const interactionPolicies = view<InteractionPolicyRow>('interaction_policies', {
  version: 1,
  summary: 'Every version of how customers of each tier are looked after.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: null,
})
  .on(InteractionPolicyDefined, ({ data }) => String(data.version), (_, { data, metadata, recordedAt, id }) => ({ ...data, publishedBy: metadata.actor, recordedAt, eventId: id }));
