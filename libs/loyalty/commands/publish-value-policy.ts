import { Equals, IsInt, IsISO4217CurrencyCode, IsNumber, IsOptional, Matches, Max, Min } from 'class-validator';
import { Command, decide, invalid } from '#event-sourcing';
import { IsListOf, IsMoment, IsNested, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { ValuePolicy, ValuePolicyPublished, type ValueRules } from '../domain/value-policy.js';
import { nextVersion, POLICY_ID } from './next-version.js';

export class TierFields {
  @IsText(50) name!: string;
  @IsNumber() @Min(0.0001) @Max(1) share!: number;
}

export class ValueRulesFields implements ValueRules {
  @IsISO4217CurrencyCode() @Matches(/^[A-Z]{3}$/) currency!: string;
  @IsNumber() @Min(-1) @Max(1) margin!: number;
  @IsInt() @Min(0) @Max(1_000_000_000) costPerPurchase!: number;
  @IsInt() @Min(0) @Max(1_000_000_000) costPerMonth!: number;
  @IsNumber() @Min(0) @Max(10) discountRate!: number;
  @IsInt() @Min(1) @Max(600) horizonMonths!: number;
  @IsListOf(() => TierFields, { least: 2, most: 10 }) tiers!: TierFields[];
  @IsInt() @Min(1) @Max(3_650) windowDays!: number;
  @IsNumber() @Min(0.01) @Max(100) changeShare!: number;
  @IsNumber() @Min(0) @Max(1) activationRate!: number;
  @IsNumber() @Min(0) @Max(1) crossSellRate!: number;
}

@Command({ summary: 'Publishes the next version of the rules for value, tiers and value classes.', allow: ['manager'] })
export class PublishValuePolicy {
  /** There is one policy: `default`. */
  @Equals(POLICY_ID) valuepolicyId!: string;
  @IsNested(() => ValueRulesFields) rules!: ValueRulesFields;
  /** From when on it applies; left out, from now on. */
  @IsOptional() @IsMoment() effectiveFrom?: string;
  @IsOptional() @IsText(1000) reason?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const publishValuePolicy = decide(ValuePolicy, PublishValuePolicy, (command, policy, { occurredAt }) => {
  const total = command.rules.tiers.reduce((sum, { share }) => sum + share, 0);
  if (Math.abs(total - 1) > 1e-9) throw invalid('tiers-not-everybody', `The shares of the tiers come to ${total}; make them come to 1.`);
  if (new Set(command.rules.tiers.map(({ name }) => name)).size < command.rules.tiers.length) throw invalid('tier-named-twice', 'Give each tier a name of its own.');
  return nextVersion(ValuePolicyPublished, command, policy, occurredAt);
});
