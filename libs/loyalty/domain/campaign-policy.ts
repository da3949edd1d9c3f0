import { aggregate, DomainEvent, Plain } from '#event-sourcing';
import type { Channel } from '#customers';
import type { Stage } from './lifecycle.js';
import type { PolicyState, PolicyVersion } from './policies.js';
import type { ValueClass } from './value.js';

/** How risky a customer is, and what came of the last days of the value policy. */
export const RISK_LEVELS = ['low', 'medium', 'high'] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];
export const PROFIT_CLASSES = ['loss', 'none', 'profit'] as const;
export type ProfitClass = (typeof PROFIT_CLASSES)[number];

/** Which part of a customer's value a campaign is for: to keep what is to come, or to raise what could come. */
export const CAMPAIGN_AIMS = ['keep', 'activate', 'cross-sell', 'refer'] as const;
export type CampaignAim = (typeof CAMPAIGN_AIMS)[number];

/** Classes of customers: all that is named has to hold; nothing named is everybody. */
export interface CampaignCondition {
  stages?: Stage[];
  /** Names of tiers of the value policy. */
  tiers?: string[];
  valueClasses?: ValueClass[];
  profitClasses?: ProfitClass[];
  risks?: RiskLevel[];
}

export interface CampaignPlan {
  name: string;
  where: CampaignCondition;
  aim: CampaignAim;
  /** In words. */
  offer: string;
  /** From the most welcome one. */
  channels: Channel[];
  /** Minor units of the currency of the value policy. */
  costPerCustomer: number;
}

export interface CampaignRules {
  /** Of those that fit a customer the first one counts. */
  plans: CampaignPlan[];
}

/** Which campaign is for which class of customers. */
@DomainEvent()
export class CampaignPolicyPublished implements PolicyVersion<CampaignRules> {
  version!: number;
  effectiveFrom!: string;
  @Plain() rules!: CampaignRules;
  @Plain() reason?: string;
}

export const CampaignPolicy = aggregate<'campaignpolicy', PolicyState<CampaignRules>>('campaignpolicy', {})
  .on(CampaignPolicyPublished, (_, { version, effectiveFrom, rules }) => ({ newest: { version, effectiveFrom, rules } }))
  .policy('campaign', CampaignPolicyPublished);

/** A customer's classes. Null: not known, and so in none. */
export interface CampaignClasses {
  stage: string | null;
  tier: string | null;
  valueClass: string | null;
  profitClass: string;
  risk: string;
}

/** The first plan that fits; undefined: none is for such customers. */
export function planFor({ stage, tier, valueClass, profitClass, risk }: CampaignClasses, { plans }: CampaignRules): CampaignPlan | undefined {
  const isIn = (value: string | null, wanted: readonly string[] | undefined) => wanted === undefined || (value !== null && wanted.includes(value));
  return plans.find(({ where }) => isIn(stage, where.stages) && isIn(tier, where.tiers) && isIn(valueClass, where.valueClasses) && isIn(profitClass, where.profitClasses) && isIn(risk, where.risks));
}
