import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { CHANNELS, type Channel } from '#customers';
import { Command, decide, invalid } from '#event-sourcing';
import { IsListOf, IsMoment, IsNested, IsOccurredAt, IsText } from '#event-sourcing/validation';
import {
  CAMPAIGN_AIMS, CampaignPolicy, CampaignPolicyPublished, PROFIT_CLASSES, RISK_LEVELS, type CampaignAim, type CampaignCondition, type CampaignPlan, type CampaignRules, type ProfitClass, type RiskLevel,
} from '../domain/campaign-policy.js';
import { STAGES, type Stage } from '../domain/lifecycle.js';
import { VALUE_CLASSES, type ValueClass } from '../domain/value.js';
import { nextVersion, POLICY_ID } from './next-version.js';

export class CampaignConditionFields implements CampaignCondition {
  @IsOptional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(10) @IsIn(STAGES, { each: true }) stages?: Stage[];
  /** Names of tiers of the value policy. */
  @IsOptional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(20) @IsText(50, { each: true }) tiers?: string[];
  @IsOptional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(10) @IsIn(VALUE_CLASSES, { each: true }) valueClasses?: ValueClass[];
  @IsOptional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(10) @IsIn(PROFIT_CLASSES, { each: true }) profitClasses?: ProfitClass[];
  @IsOptional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(10) @IsIn(RISK_LEVELS, { each: true }) risks?: RiskLevel[];
}

export class CampaignPlanFields implements CampaignPlan {
  @IsText(100) name!: string;
  @IsNested(() => CampaignConditionFields) where!: CampaignConditionFields;
  @IsIn(CAMPAIGN_AIMS) aim!: CampaignAim;
  @IsText(500) offer!: string;
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(10) @IsIn(CHANNELS, { each: true }) channels!: Channel[];
  /** Minor units of the currency of the value policy. */
  @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) costPerCustomer!: number;
}

export class CampaignRulesFields implements CampaignRules {
  /** Of those that fit a customer the first one counts. */
  @IsListOf(() => CampaignPlanFields, { most: 50 }) plans!: CampaignPlanFields[];
}

@Command({ summary: 'Publishes the next version of which campaign is for which class of customers.', allow: ['manager'] })
export class PublishCampaignPolicy {
  /** There is one policy: `default`. */
  @Equals(POLICY_ID) campaignpolicyId!: string;
  @IsNested(() => CampaignRulesFields) rules!: CampaignRulesFields;
  /** From when on it applies; left out, from now on. */
  @IsOptional() @IsMoment() effectiveFrom?: string;
  @IsOptional() @IsText(1000) reason?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const publishCampaignPolicy = decide(CampaignPolicy, PublishCampaignPolicy, (command, policy, { occurredAt }) => {
  const names = command.rules.plans.map(({ name }) => name);
  if (new Set(names).size < names.length) throw invalid('plan-named-twice', 'Give each plan a name of its own.');
  return nextVersion(CampaignPolicyPublished, command, policy, occurredAt);
});
