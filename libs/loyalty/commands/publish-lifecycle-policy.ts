import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { CUSTOMER_KINDS, PARTY_ROLES, type CustomerKind, type PartyRole } from '#customers';
import { Command, decide } from '#event-sourcing';
import { IsListOf, IsMoment, IsNested, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { LifecyclePolicy, LifecyclePolicyPublished, type SegmentCondition, type SegmentRules } from '../domain/policies.js';
import { checkLifecycleRules } from '../domain/policy-rules.js';
import { nextVersion, POLICY_ID } from './next-version.js';

const MAX_DAYS = 36_500;

export class DevelopingRule {
  @IsInt() @Min(2) @Max(1000) purchaseDays!: number;
}

export class LoyalRule extends DevelopingRule {
  @IsInt() @Min(1) @Max(MAX_DAYS) withinDays!: number;
}

export class SilenceRule {
  @IsInt() @Min(1) @Max(MAX_DAYS) afterDays!: number;
}

export class WonBackRule {
  @IsInt() @Min(1) @Max(MAX_DAYS) forDays!: number;
}

export class StageRulesFields {
  @IsNested(() => DevelopingRule) developing!: DevelopingRule;
  @IsNested(() => LoyalRule) loyal!: LoyalRule;
  @IsNested(() => SilenceRule) atRisk!: SilenceRule;
  @IsNested(() => SilenceRule) dormant!: SilenceRule;
  @IsNested(() => SilenceRule) lost!: SilenceRule;
  @IsNested(() => WonBackRule) wonBack!: WonBackRule;
}

/** Other rules for customers of a kind. */
export class LifecycleVariantsFields {
  @IsOptional() @IsNested(() => StageRulesFields) person?: StageRulesFields;
  @IsOptional() @IsNested(() => StageRulesFields) organisation?: StageRulesFields;
}

/** What customers of a segment have in common. */
export class SegmentConditionFields implements SegmentCondition {
  @IsOptional() @IsIn(CUSTOMER_KINDS) kind?: CustomerKind;
  @IsOptional() @IsBoolean() keyAccount?: boolean;
  @IsOptional() @IsIn(PARTY_ROLES) role?: PartyRole;
  @IsOptional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(250) @IsString({ each: true }) @MaxLength(100, { each: true }) countries?: string[];
  @IsOptional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(250) @IsString({ each: true }) @MaxLength(100, { each: true }) regions?: string[];
}

export class SegmentRulesFields implements SegmentRules {
  @IsText(100) name!: string;
  @IsNested(() => SegmentConditionFields) where!: SegmentConditionFields;
  @IsNested(() => StageRulesFields) rules!: StageRulesFields;
}

export class LifecycleRulesFields extends StageRulesFields {
  @IsOptional() @IsNested(() => LifecycleVariantsFields) variants?: LifecycleVariantsFields;
  /** The first that a customer is in counts, before the variants. */
  @IsOptional() @IsListOf(() => SegmentRulesFields, { least: 0, most: 50 }) segments?: SegmentRulesFields[];
}

@Command({ summary: 'Publishes the next version of the rules for life-cycle stages.', allow: ['manager'] })
export class PublishLifecyclePolicy {
  /** There is one policy: `default`. */
  @Equals(POLICY_ID) lifecyclepolicyId!: string;
  @IsNested(() => LifecycleRulesFields) rules!: LifecycleRulesFields;
  /** From when on it applies; left out, from now on. A time in the past changes what stages are shown for the past. */
  @IsOptional() @IsMoment() effectiveFrom?: string;
  @IsOptional() @IsText(1000) reason?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const publishLifecyclePolicy = decide(LifecyclePolicy, PublishLifecyclePolicy, (command, policy, { occurredAt }) => {
  checkLifecycleRules(command.rules);
  return nextVersion(LifecyclePolicyPublished, command, policy, occurredAt);
});
