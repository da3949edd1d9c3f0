import type { PolicyVersion, StageRules } from './policies.js';
import type { PurchaseDay, PurchaseMark } from './purchase-days.js';
import { DAY_MS, isoOf } from './time.js';

export const STAGES = ['prospect', 'first_purchase', 'developing', 'loyal', 'at_risk', 'dormant', 'lost', 'won_back'] as const;
export type Stage = (typeof STAGES)[number];

/** A rule of the policy, or one of the three that need no threshold. */
export type StageRule = keyof StageRules | 'noPurchase' | 'firstPurchase' | 'deactivated';

export interface Mark {
  at: string;
  eventId: string;
}

/** What the life cycle of a customer follows from. Facts after the moment of the question are left out of account. */
export interface LifecycleFacts {
  registered?: Mark;
  /** Deactivations and reactivations, in any order. While deactivated a customer is lost. */
  activity: readonly (Mark & { active: boolean })[];
  /** Ascending. */
  days: readonly PurchaseDay[];
}

/** Why a customer is in a stage: the rule, the policy version in force, and the events that it rests on. */
export interface StageReason {
  stage: Stage;
  rule: StageRule;
  policyVersion: number;
  evidence: string[];
}

/** The reason is that of the moment when the stage began. */
export interface StagePeriod extends StageReason {
  since: string;
  /** Where the next stage began; missing in the last period. */
  until?: string;
}

export interface Lifecycle {
  /** Contiguous, from registration or the first purchase (the earlier one) up to the moment of the question. */
  periods: StagePeriod[];
  /** Why the customer is in the last stage now, by the policy in force now. */
  present: StageReason;
}

/**
 * The stages of a customer from the beginning up to a moment, including changes by passing time alone.
 * A purchase day counts from its first purchase on; silence is measured from the last purchase, to the millisecond.
 * Each moment is judged by what had happened until then and the policy in force then: a later moment gives the same
 * list, continued.
 * @param policies as {@link inForceOrder} gives them
 * @returns undefined before the customer existed, or without any policy.
 */
export function lifecycle(facts: LifecycleFacts, policies: readonly PolicyVersion<StageRules>[], now: string): Lifecycle | undefined {
  if (policies.length === 0) return undefined;
  const walk = new Walk(facts, policies);
  const end = Date.parse(now);
  if (walk.start > end) return undefined;

  const periods: StagePeriod[] = [];
  let last: StagePeriod | undefined;
  for (const instant of walk.instants(end)) {
    const { stage, rule, policyVersion, evidence } = walk.judge(instant);
    if (last?.stage === stage) continue;
    const since = walk.timeAt(instant);
    if (last) last.until = since;
    last = { stage, since, rule, policyVersion, evidence };
    periods.push(last);
  }
  return { periods, present: walk.judge(end) };
}

/** Goes through the moments at which a stage may change, forwards only. Times are milliseconds; arrays run side by side. */
class Walk {
  readonly start: number;
  private readonly purchases: readonly PurchaseMark[];
  private readonly purchasedAt: readonly number[];
  private readonly days: readonly PurchaseMark[];
  private readonly dayBegan: readonly number[];
  private readonly activity: readonly (Mark & { active: boolean })[];
  private readonly activeAt: readonly number[];
  private readonly policyFrom: readonly number[];
  /** How many of each have happened by the moment being judged. */
  private purchasesSeen = 0;
  private daysSeen = 0;
  private activitySeen = 0;
  private policiesSeen = 0;
  private stage: Stage | undefined;
  private comeback: { at: number; evidence: string[] } | undefined;

  constructor(
    private readonly facts: LifecycleFacts,
    private readonly policies: readonly PolicyVersion<StageRules>[],
  ) {
    this.purchases = facts.days.flatMap(({ marks }) => marks);
    this.purchasedAt = this.purchases.map(timeOf);
    this.days = facts.days.map(({ marks }) => marks[0]!);
    this.dayBegan = this.days.map(timeOf);
    this.activity = facts.activity.length > 1 ? [...facts.activity].sort(byTimeThenReactivation) : facts.activity;
    this.activeAt = this.activity.map(timeOf);
    this.policyFrom = policies.map(({ effectiveFrom }) => Date.parse(effectiveFrom));
    this.start = Math.min(facts.registered ? timeOf(facts.registered) : Infinity, this.purchasedAt[0] ?? Infinity);
  }

  /** Every moment up to the end at which something happens or a threshold of some policy is reached, ascending. */
  instants(end: number): number[] {
    const found = [this.start];
    const add = (at: number) => {
      if (at > this.start && at <= end) found.push(at);
    };
    for (const at of this.purchasedAt) add(at);
    for (const at of this.activeAt) add(at);
    for (const at of this.policyFrom) add(at);
    for (const { rules } of this.policies) this.thresholds(rules, add);
    return found.sort(ascending);
  }

  private thresholds({ atRisk, dormant, lost, wonBack, loyal }: StageRules, add: (at: number) => void): void {
    const { purchasedAt, dayBegan } = this;
    for (let index = 0; index < purchasedAt.length; index++) {
      const at = purchasedAt[index]!;
      const next = purchasedAt[index + 1] ?? Infinity;
      for (const { afterDays } of [atRisk, dormant, lost]) if (at + afterDays * DAY_MS < next) add(at + afterDays * DAY_MS);
      if (index > 0 || this.activity.length > 0) add(at + wonBack.forDays * DAY_MS);
    }
    if (dayBegan.length >= loyal.purchaseDays) for (const at of dayBegan) add(at + loyal.withinDays * DAY_MS);
  }

  /** The stage at a moment that is not before the last one judged. */
  judge(now: number): StageReason {
    const before = this.purchasesSeen;
    this.advance(now);
    const { version, rules } = this.policies[Math.max(0, this.policiesSeen - 1)]!;
    const latest = this.activity[this.activitySeen - 1];
    const deactivated = latest && !latest.active ? latest : undefined;
    if (this.purchasesSeen > before && !deactivated) this.noteComeback(before);
    const reason = deactivated ? because('lost', 'deactivated', version, [deactivated]) : this.verdict(now, rules, version);
    this.stage = reason.stage;
    return reason;
  }

  /** The moment just judged as ISO 8601: that of a purchase is known in this form already. */
  timeAt(judged: number): string {
    const latest = this.purchasesSeen - 1;
    return this.purchasedAt[latest] === judged ? this.purchases[latest]!.at : isoOf(judged);
  }

  private verdict(now: number, rules: StageRules, version: number): StageReason {
    const { purchasesSeen, daysSeen, days, comeback } = this;
    const last = this.purchases[purchasesSeen - 1];
    if (!last) return because('prospect', 'noPurchase', version, this.facts.registered ? [this.facts.registered] : []);

    const silence = now - this.purchasedAt[purchasesSeen - 1]!;
    if (silence >= rules.lost.afterDays * DAY_MS) return because('lost', 'lost', version, [last]);
    if (silence >= rules.dormant.afterDays * DAY_MS) return because('dormant', 'dormant', version, [last]);
    if (silence >= rules.atRisk.afterDays * DAY_MS) return because('at_risk', 'atRisk', version, [last]);

    if (comeback && now - comeback.at < rules.wonBack.forDays * DAY_MS) {
      return { stage: 'won_back', rule: 'wonBack', policyVersion: version, evidence: comeback.evidence };
    }
    const oldest = daysSeen - rules.loyal.purchaseDays;
    if (oldest >= 0 && now - this.dayBegan[oldest]! < rules.loyal.withinDays * DAY_MS) {
      return because('loyal', 'loyal', version, days.slice(oldest, daysSeen));
    }
    const developed = daysSeen - rules.developing.purchaseDays;
    if (developed >= 0) return because('developing', 'developing', version, days.slice(developed, daysSeen));
    return because('first_purchase', 'firstPurchase', version, days.slice(0, daysSeen));
  }

  /** A purchase while dormant or lost brings the customer back; its evidence is the last purchase before and this one. */
  private noteComeback(purchasesBefore: number): void {
    if (this.stage !== 'dormant' && this.stage !== 'lost') return;
    const evidence = this.purchases.slice(Math.max(0, purchasesBefore - 1), purchasesBefore + 1).map(({ eventId }) => eventId);
    this.comeback = { at: this.purchasedAt[purchasesBefore]!, evidence };
  }

  private advance(now: number): void {
    this.purchasesSeen = passed(this.purchasedAt, this.purchasesSeen, now);
    this.daysSeen = passed(this.dayBegan, this.daysSeen, now);
    this.activitySeen = passed(this.activeAt, this.activitySeen, now);
    this.policiesSeen = passed(this.policyFrom, this.policiesSeen, now);
  }
}

/** How many of the ascending times have come by now, `seen` of them being known to have. */
function passed(times: readonly number[], seen: number, now: number): number {
  let count = seen;
  while (count < times.length && times[count]! <= now) count += 1;
  return count;
}

const because = (stage: Stage, rule: StageRule, policyVersion: number, evidence: readonly Mark[]): StageReason => ({
  stage, rule, policyVersion, evidence: evidence.map(({ eventId }) => eventId),
});

const timeOf = ({ at }: Mark): number => Date.parse(at);

const ascending = (a: number, b: number): number => a - b;

/** Of a deactivation and a reactivation at the same time the reactivation is the later one. */
const byTimeThenReactivation = (a: Mark & { active: boolean }, b: Mark & { active: boolean }): number =>
  timeOf(a) - timeOf(b) || Number(a.active) - Number(b.active) || (a.eventId < b.eventId ? -1 : 1);
