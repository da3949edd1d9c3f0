import { aggregate, DomainEvent, Plain } from '#event-sourcing';
import type { PolicyState, PolicyVersion } from './policies.js';

/** How purchases become value. Shares are from 0 to 1; amounts are minor units of the currency. */
export interface ValueRules {
  currency: string;
  /** Share of what is paid that remains after the costs of the goods, where no direct costs are recorded. */
  margin: number;
  /** What it costs to serve a purchase. */
  costPerPurchase: number;
  /** What it costs to keep a customer for a month, as long as there is one. */
  costPerMonth: number;
  /** A year. */
  discountRate: number;
  /** How far the future counts. */
  horizonMonths: number;
  /** From the top: the tier's share of the customers. They come to 1. */
  tiers: { name: string; share: number }[];
  /** Profit of the last so many days is compared with that of as many before. */
  windowDays: number;
  /** A change of at least this share makes a customer a value-changing one. */
  changeShare: number;
  /** Share of those gone who come back when they are asked to, and of products not bought yet that are bought when they are offered. */
  activationRate: number;
  crossSellRate: number;
}

@DomainEvent()
export class ValuePolicyPublished implements PolicyVersion<ValueRules> {
  version!: number;
  effectiveFrom!: string;
  @Plain() rules!: ValueRules;
  @Plain() reason?: string;
}

export const ValuePolicy = aggregate<'valuepolicy', PolicyState<ValueRules>>('valuepolicy', {})
  .on(ValuePolicyPublished, (_, { version, effectiveFrom, rules }) => ({ newest: { version, effectiveFrom, rules } }))
  .policy('value', ValuePolicyPublished);

/** What counts where no policy is published. */
export const STARTING_VALUE_RULES: Omit<ValueRules, 'currency'> = {
  margin: 0.3, costPerPurchase: 0, costPerMonth: 0, discountRate: 0.15, horizonMonths: 36,
  tiers: [{ name: 'top', share: 0.01 }, { name: 'large', share: 0.04 }, { name: 'medium', share: 0.15 }, { name: 'small', share: 0.8 }],
  windowDays: 182, changeShare: 0.5, activationRate: 0.05, crossSellRate: 0.05,
};

export const NO_VALUE_POLICY = 'No value policy is published: these are the rules to start from (30 % margin, 15 % a year, 36 months). PublishValuePolicy sets your own.';
