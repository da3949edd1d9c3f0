import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { CHANNELS, type Channel } from '#customers';
import { Command, decide, invalid } from '#event-sourcing';
import { IsListOf, IsMoment, IsNested, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { InteractionPolicy, InteractionPolicyDefined, type InteractionMode, type InteractionRules } from '../domain/interaction-policy.js';
import { nextVersion, POLICY_ID } from './next-version.js';

export class InteractionModeFields implements InteractionMode {
  @IsText(50) tier!: string;
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(10) @IsIn(CHANNELS, { each: true }) channels!: Channel[];
  @IsInt() @Min(0) @Max(366) contactsPerYear!: number;
  @IsText(500) service!: string;
}

export class InteractionRulesFields implements InteractionRules {
  @IsListOf(() => InteractionModeFields, { most: 20 }) modes!: InteractionModeFields[];
}

@Command({ summary: 'Defines the next version of how customers of each tier are looked after.', allow: ['manager'] })
export class DefineInteractionPolicy {
  /** There is one policy: `default`. */
  @Equals(POLICY_ID) interactionpolicyId!: string;
  @IsNested(() => InteractionRulesFields) rules!: InteractionRulesFields;
  /** From when on it applies; left out, from now on. */
  @IsOptional() @IsMoment() effectiveFrom?: string;
  @IsOptional() @IsText(1000) reason?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const defineInteractionPolicy = decide(InteractionPolicy, DefineInteractionPolicy, (command, policy, { occurredAt }) => {
  const tiers = command.rules.modes.map(({ tier }) => tier);
  if (new Set(tiers).size < tiers.length) throw invalid('tier-named-twice', 'Give each tier one mode.');
  return nextVersion(InteractionPolicyDefined, command, policy, occurredAt);
});
