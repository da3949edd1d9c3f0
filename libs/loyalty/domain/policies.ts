import { aggregate, DomainEvent, Plain } from '#event-sourcing';
import { type CustomerKind, type PartyRole } from '#customers';

/**
 * When a customer is in which stage of the life cycle. Days are 24 hours; at exactly n days the stage has changed.
 * Of two rules that both hold, silence goes before a purchase: lost, dormant, at risk, then won back, loyal, developing.
 */
export interface StageRules {
  /** At least this many purchase days in all. Below it a buyer is in `first_purchase`. */
  developing: { purchaseDays: number };
  /** At least this many purchase days in the last so many days. */
  loyal: { purchaseDays: number; withinDays: number };
  /** Without a purchase for this long. */
  atRisk: { afterDays: number };
  dormant: { afterDays: number };
  lost: { afterDays: number };
  /** For this long after a purchase that ended being dormant or lost. */
  wonBack: { forDays: number };
}

/** What customers of a segment have in common: all that is named. */
export interface SegmentCondition {
  kind?: CustomerKind;
  keyAccount?: boolean;
  role?: PartyRole;
  countries?: string[];
  regions?: string[];
}

/** Rules for a segment of the customers. */
export interface SegmentRules {
  name: string;
  where: SegmentCondition;
  rules: StageRules;
}

/** The rules for everybody, others for customers of some kind, and others again for segments, of which the first counts that a customer is in. */
export interface LifecycleRules extends StageRules {
  variants?: Partial<Record<CustomerKind, StageRules>>;
  segments?: SegmentRules[];
}

/** How purchases become scores from 1 (worst) to `scores` (best). */
export interface LoyaltyRules {
  /** Only purchases in it are scored; amounts of different currencies are never added. */
  currency: string;
  /** How many scores there are: 5 are quintiles. */
  scores: number;
  /** What counts as frequent: days with a purchase, or purchases. */
  frequency: 'purchaseDays' | 'purchases';
  /** Boundaries between the scores come from all customers with purchases at that moment, or are fixed here. */
  method: 'quantiles' | 'fixed';
  /** For `fixed`: `scores` − 1 ascending values each. A value above a boundary passes it. */
  boundaries?: ScoreBoundaries;
}

export interface ScoreBoundaries {
  /** Days since the last purchase. */
  recencyDays: number[];
  frequency: number[];
  /** Minor units of the currency. */
  monetary: number[];
}

/** A version of a policy applies from `effectiveFrom` until the next later `effectiveFrom`; of two with the same, the higher version. */
export interface PolicyVersion<Rules> {
  version: number;
  effectiveFrom: string;
  rules: Rules;
}

// Names and fields of events are the storage format: changed only through an upcaster.

@DomainEvent()
export class LifecyclePolicyPublished implements PolicyVersion<LifecycleRules> {
  version!: number;
  effectiveFrom!: string;
  @Plain() rules!: LifecycleRules;
  @Plain() reason?: string;
}

@DomainEvent()
export class LoyaltyPolicyPublished implements PolicyVersion<LoyaltyRules> {
  version!: number;
  effectiveFrom!: string;
  rules!: LoyaltyRules;
  @Plain() reason?: string;
}

/** The newest version; none before the first was published. */
export interface PolicyState<Rules> {
  newest?: PolicyVersion<Rules>;
}

const newest = <Rules>(_: PolicyState<Rules>, { version, effectiveFrom, rules }: PolicyVersion<Rules>): PolicyState<Rules> => ({
  newest: { version, effectiveFrom, rules },
});

export const LifecyclePolicy = aggregate<'lifecyclepolicy', PolicyState<LifecycleRules>>('lifecyclepolicy', {})
  .on(LifecyclePolicyPublished, newest)
  .policy('lifecycle', LifecyclePolicyPublished);

export const LoyaltyPolicy = aggregate<'loyaltypolicy', PolicyState<LoyaltyRules>>('loyaltypolicy', {})
  .on(LoyaltyPolicyPublished, newest)
  .policy('loyalty', LoyaltyPolicyPublished);

/** Versions in the order in which they apply; where two start together only the higher version. */
export function inForceOrder<Version extends PolicyVersion<unknown>>(versions: readonly Version[]): Version[] {
  const sorted = [...versions].sort((a, b) => compare(a.effectiveFrom, b.effectiveFrom) || a.version - b.version);
  return sorted.filter(({ effectiveFrom }, index) => sorted[index + 1]?.effectiveFrom !== effectiveFrom);
}

/** The version in force at a moment. The first one also covers the time before it, so that history has no hole. */
export function inForce<Version extends PolicyVersion<unknown>>(ordered: readonly Version[], now: string): Version | undefined {
  return ordered.findLast(({ effectiveFrom }) => effectiveFrom <= now) ?? ordered[0];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
