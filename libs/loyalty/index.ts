// What other contexts and applications may know of loyalty: policies, stages, what to publish first, and analyses that others are made of.
export { LifecyclePolicyPublished, LoyaltyPolicyPublished, type LifecycleRules, type LoyaltyRules, type ScoreBoundaries } from './domain/policies.js';
export { STAGES, type Stage, type StagePeriod, type StageReason, type StageRule } from './domain/lifecycle.js';
export { defaultLifecyclePolicy, defaultLoyaltyPolicy, defaultPolicies, type DefaultPolicy } from './commands/default-policies.js';
export { inForce, inForceOrder } from './domain/policies.js';
export { planFor, PROFIT_CLASSES, RISK_LEVELS, type CampaignAim, type CampaignClasses } from './domain/campaign-policy.js';
export { campaignPolicies } from './views/campaign-policies.view.js';
export { lifecycle } from './views/lifecycle.view.js';
export { loyalty } from './views/loyalty.view.js';
export { policies } from './views/policies.view.js';
export { calibration } from './analyses/calibration.analysis.js';
export { customerValue } from './analyses/customer-value.analysis.js';
export { persistency } from './analyses/persistency.analysis.js';
export { profitability } from './analyses/profitability.analysis.js';
export { promotion } from './analyses/promotion.analysis.js';
export { pyramid } from './analyses/pyramid.analysis.js';
export { valueClasses } from './analyses/value-classes.analysis.js';
