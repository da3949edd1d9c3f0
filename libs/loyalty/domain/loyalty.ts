import type { Currencies, CurrencyFacts } from './currency-facts.js';
import { inForce } from './policies.js';
import { frequencyOf, scoresOf, type Scores, type ScoredFacts, type ScoringVersion } from './scores.js';
import { daysSince } from './time.js';

export interface LoyaltyFacts {
  registered?: string;
  currencies: Currencies;
}

type Nullable<T> = { [Field in keyof T]: T[Field] | null };

/** Loyalty at a moment, in the currency of the policy in force. Null says: not known, or nothing to compute it from. */
export interface LoyaltyFigures extends Nullable<Scores> {
  policyVersion: number | null;
  currency: string | null;
  /** Whole days of 24 hours since the last purchase. */
  recencyDays: number | null;
  /** Purchase days or purchases, as the policy says. */
  frequency: number;
  /** Minor units, net of returns. */
  monetary: number;
  /** Why there are no scores; null where there are. */
  noScoresBecause: string | null;
  /** Share of the purchase days that came after another one: (n − 1) / n. */
  repeatRate: number | null;
  /** Mean calendar days from one purchase day to the next. */
  meanIntervalDays: number | null;
  /** Whole days since registration or the first purchase in any currency, the earlier one. */
  tenureDays: number | null;
  /** What was bought in currencies that are not scored. */
  otherCurrencies: { currency: string; purchases: number; monetary: number }[];
}

const NOTHING: LoyaltyFigures = {
  policyVersion: null, currency: null, recencyDays: null, frequency: 0, monetary: 0,
  recencyScore: null, frequencyScore: null, monetaryScore: null, noScoresBecause: 'no loyalty policy is published',
  repeatRate: null, meanIntervalDays: null, tenureDays: null, otherCurrencies: [],
};

/** @param versions in the order in which they apply */
export function loyaltyOf({ registered, currencies }: LoyaltyFacts, versions: readonly ScoringVersion[], now: string): LoyaltyFigures {
  const time = Date.parse(now);
  const policy = inForce(versions, now);
  const currency = policy?.rules.currency;
  const figures = policy ? figuresIn(policy.rules.currency, currencies[policy.rules.currency], policy, time) : NOTHING;
  return {
    ...figures,
    tenureDays: tenureOf(registered, currencies, time),
    otherCurrencies: Object.keys(currencies).filter((other) => other !== currency).map((other) => boughtIn(other, currencies[other]!)),
  };
}

function figuresIn(currency: string, bought: CurrencyFacts | undefined, policy: ScoringVersion, now: number): LoyaltyFigures {
  const known = { ...NOTHING, policyVersion: policy.version, currency, monetary: bought?.total ?? 0 };
  if (!bought || !hasPurchases(bought)) return { ...known, noScoresBecause: `no purchase in ${currency}` };
  const { last, purchaseDays, intervalDays } = bought;
  const scores = scoresOf(bought, policy, now);
  return {
    ...known,
    recencyDays: daysSince(Date.parse(last), now),
    frequency: frequencyOf(bought, policy.rules),
    ...scores,
    noScoresBecause: scores ? null : `there are no boundaries for ${currency} yet`,
    repeatRate: (purchaseDays - 1) / purchaseDays,
    meanIntervalDays: purchaseDays > 1 ? intervalDays / (purchaseDays - 1) : null,
  };
}

const boughtIn = (currency: string, { purchases, total }: CurrencyFacts) => ({ currency, purchases, monetary: total });

const hasPurchases = (facts: CurrencyFacts): facts is CurrencyFacts & ScoredFacts => facts.last !== undefined;

function tenureOf(registered: string | undefined, currencies: Currencies, now: number): number | null {
  let start = registered;
  for (const { first } of Object.values(currencies)) if (first !== undefined && (start === undefined || first < start)) start = first;
  return start === undefined ? null : daysSince(Date.parse(start), now);
}
