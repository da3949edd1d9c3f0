import { plainToInstance } from 'class-transformer';
import { type Aggregate } from '#event-sourcing';
import { LifecyclePolicy, LoyaltyPolicy } from '../domain/policies.js';
import { POLICY_ID } from './next-version.js';
import { PublishLifecyclePolicy } from './publish-lifecycle-policy.js';
import { PublishLoyaltyPolicy } from './publish-loyalty-policy.js';

/** Before any fact: the first version covers all history. */
const ALWAYS = '1970-01-01T00:00:00.000Z';
const REASON = 'The rules to start from; publish your own.';

/** What to publish where no life-cycle policy exists. */
export const defaultLifecyclePolicy: PublishLifecyclePolicy = {
  lifecyclepolicyId: POLICY_ID,
  effectiveFrom: ALWAYS,
  // In force in every past that may be asked for.
  occurredAt: ALWAYS,
  reason: REASON,
  rules: {
    developing: { purchaseDays: 2 },
    loyal: { purchaseDays: 4, withinDays: 365 },
    atRisk: { afterDays: 90 },
    dormant: { afterDays: 180 },
    lost: { afterDays: 365 },
    wonBack: { forDays: 90 },
  },
};

/** What to publish where no loyalty policy exists. */
export const defaultLoyaltyPolicy: PublishLoyaltyPolicy = {
  loyaltypolicyId: POLICY_ID,
  effectiveFrom: ALWAYS,
  // In force in every past that may be asked for.
  occurredAt: ALWAYS,
  reason: REASON,
  rules: { currency: 'USD', scores: 5, frequency: 'purchaseDays', method: 'quantiles' },
};

export interface DefaultPolicy {
  aggregate: Aggregate;
  id: string;
  /** The command to send where the aggregate has no event yet. */
  command: object;
}

/** Every policy that views need, ready to be sent. */
export const defaultPolicies = (): DefaultPolicy[] => [
  { aggregate: LifecyclePolicy, id: POLICY_ID, command: plainToInstance(PublishLifecyclePolicy, defaultLifecyclePolicy) },
  { aggregate: LoyaltyPolicy, id: POLICY_ID, command: plainToInstance(PublishLoyaltyPolicy, defaultLoyaltyPolicy) },
];
