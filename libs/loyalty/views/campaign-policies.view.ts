import { view } from '#event-sourcing';
import { CampaignPolicyPublished, type CampaignRules } from '../domain/campaign-policy.js';
import type { PolicyVersion } from '../domain/policies.js';

export interface CampaignPolicyRow extends PolicyVersion<CampaignRules> {
  reason?: string;
  publishedBy: string;
  recordedAt: string;
  eventId: string;
}

export const campaignPolicies = view<CampaignPolicyRow>('campaign_policies', {
  version: 1,
  summary: 'Every version of which campaign is for which class of customers.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: null,
})
  .on(CampaignPolicyPublished, ({ data }) => String(data.version), (_, { data, metadata, recordedAt, id }) => ({ ...data, publishedBy: metadata.actor, recordedAt, eventId: id }));
