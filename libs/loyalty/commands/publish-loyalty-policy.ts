import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsIn, IsInt, IsISO4217CurrencyCode, IsNumber, IsOptional, Matches, Max, Min } from 'class-validator';
import { Command, decide } from '#event-sourcing';
import { IsMoment, IsNested, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { LoyaltyPolicy, LoyaltyPolicyPublished, type LoyaltyRules } from '../domain/policies.js';
import { checkLoyaltyRules } from '../domain/policy-rules.js';
import { nextVersion, POLICY_ID } from './next-version.js';

const MAX_SCORES = 10;

function IsBoundaries(): PropertyDecorator {
  const rules = [IsArray(), ArrayMinSize(1), ArrayMaxSize(MAX_SCORES - 1), IsNumber({}, { each: true }), Min(0, { each: true })];
  return (target, property) => rules.forEach((rule) => rule(target, property));
}

export class ScoreBoundariesFields {
  /** Days since the last purchase, ascending. */
  @IsBoundaries() recencyDays!: number[];
  @IsBoundaries() frequency!: number[];
  /** Minor units. */
  @IsBoundaries() monetary!: number[];
}

export class LoyaltyRulesFields implements LoyaltyRules {
  /** Only purchases in it are scored. */
  @IsISO4217CurrencyCode() @Matches(/^[A-Z]{3}$/) currency!: string;
  /** 5: from 1 to 5. */
  @IsInt() @Min(2) @Max(MAX_SCORES) scores!: number;
  @IsIn(['purchaseDays', 'purchases']) frequency!: 'purchaseDays' | 'purchases';
  @IsIn(['quantiles', 'fixed']) method!: 'quantiles' | 'fixed';
  /** With the method `fixed`: one fewer than there are scores. */
  @IsOptional() @IsNested(() => ScoreBoundariesFields) boundaries?: ScoreBoundariesFields;
}

@Command({ summary: 'Publishes the next version of the rules for loyalty scores.', allow: ['manager'] })
export class PublishLoyaltyPolicy {
  /** There is one policy: `default`. */
  @Equals(POLICY_ID) loyaltypolicyId!: string;
  @IsNested(() => LoyaltyRulesFields) rules!: LoyaltyRulesFields;
  /** From when on it applies; left out, from now on. */
  @IsOptional() @IsMoment() effectiveFrom?: string;
  @IsOptional() @IsText(1000) reason?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const publishLoyaltyPolicy = decide(LoyaltyPolicy, PublishLoyaltyPolicy, (command, policy, { occurredAt }) => {
  checkLoyaltyRules(command.rules);
  return nextVersion(LoyaltyPolicyPublished, command, policy, occurredAt);
});
