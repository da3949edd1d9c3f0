import { view, type RecordedEvent } from '#event-sourcing';
import { LifecyclePolicyPublished, LoyaltyPolicyPublished, type LifecycleRules, type LoyaltyRules, type PolicyVersion } from '../domain/policies.js';

interface PolicyRowOf<Kind extends string, Rules> extends PolicyVersion<Rules> {
  kind: Kind;
  reason?: string;
  publishedBy: string;
  recordedAt: string;
  /** The event that published it. */
  eventId: string;
}

export type PolicyRow = PolicyRowOf<'lifecycle', LifecycleRules> | PolicyRowOf<'loyalty', LoyaltyRules>;

/** Every version of every policy, keyed `lifecycle/1`. */
export const policies = view<PolicyRow>('policies', {
  version: 1,
  summary: 'Every version of the life-cycle and loyalty policies, with the event that published it.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: null,
  indexes: [{ kind: 1, effectiveFrom: 1 }],
})
  .on(LifecyclePolicyPublished, ({ data }) => `lifecycle/${data.version}`, (_, event) => ({ kind: 'lifecycle', ...published(event) }))
  .on(LoyaltyPolicyPublished, ({ data }) => `loyalty/${data.version}`, (_, event) => ({ kind: 'loyalty', ...published(event) }));

const published = <Rules>({ data, metadata, recordedAt, id }: RecordedEvent<PolicyVersion<Rules> & { reason?: string }>) => ({
  ...data,
  publishedBy: metadata.actor,
  recordedAt,
  eventId: id,
});
