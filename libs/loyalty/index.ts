// What other contexts and applications may know of loyalty: policies, stages, and what to publish first.
export { LifecyclePolicyPublished, LoyaltyPolicyPublished, type LifecycleRules, type LoyaltyRules, type ScoreBoundaries } from './domain/policies.js';
export { STAGES, type Stage, type StagePeriod, type StageReason, type StageRule } from './domain/lifecycle.js';
export { defaultLifecyclePolicy, defaultLoyaltyPolicy, defaultPolicies, type DefaultPolicy } from './commands/default-policies.js';
export { lifecycle } from './views/lifecycle.view.js';
export { policies } from './views/policies.view.js';
