import { inForceOrder, type LoyaltyRules, type PolicyVersion, type ScoreBoundaries } from './policies.js';
import { daysSince } from './time.js';

/** What a customer is scored by, in one currency. */
export interface ScoredFacts {
  /** Time of the last purchase. */
  last: string;
  purchaseDays: number;
  purchases: number;
  /** Minor units, net of returns. */
  total: number;
}

export interface Scores {
  recencyScore: number;
  frequencyScore: number;
  monetaryScore: number;
}

/** Boundaries of a policy version over all customers. Those of recency are times (milliseconds), so that they hold at any moment. */
interface Boundaries {
  lastPurchases: number[];
  frequency: number[];
  monetary: number[];
}

export interface ScoringVersion extends PolicyVersion<LoyaltyRules> {
  /** For the method `quantiles`; missing where nobody bought in the currency. */
  quantiles?: Boundaries;
}

/**
 * The versions in the order in which they apply, each with the boundaries it needs.
 * @param customersIn all customers who bought in a currency
 */
export async function scoringVersions(
  versions: readonly PolicyVersion<LoyaltyRules>[],
  customersIn: (currency: string) => Promise<readonly ScoredFacts[]>,
): Promise<ScoringVersion[]> {
  const known = new Map<string, Boundaries | undefined>();
  const scoring: ScoringVersion[] = [];
  for (const version of inForceOrder(versions)) {
    const { method, currency, scores, frequency } = version.rules;
    if (method === 'fixed') {
      scoring.push(version);
      continue;
    }
    const sort = [currency, scores, frequency].join();
    if (!known.has(sort)) known.set(sort, boundariesOf(await customersIn(currency), version.rules));
    const quantiles = known.get(sort);
    scoring.push(quantiles ? { ...version, quantiles } : version);
  }
  return scoring;
}

function boundariesOf(customers: readonly ScoredFacts[], rules: LoyaltyRules): Boundaries | undefined {
  if (customers.length === 0) return undefined;
  const ascending = (values: number[]) => Float64Array.from(values).sort();
  return {
    lastPurchases: nearestRanks(ascending(customers.map(({ last }) => Date.parse(last))).reverse(), rules.scores),
    frequency: nearestRanks(ascending(customers.map((facts) => frequencyOf(facts, rules))), rules.scores),
    monetary: nearestRanks(ascending(customers.map(({ total }) => total)), rules.scores),
  };
}

/**
 * The boundaries that part sorted values into `parts`: the k-th is the value of rank ⌈k/parts · n⌉ (nearest rank),
 * for k = 1 … parts − 1.
 */
export function nearestRanks<Value>(sorted: ArrayLike<Value>, parts: number): Value[] {
  return Array.from({ length: parts - 1 }, (_, index) => sorted[Math.ceil(((index + 1) * sorted.length) / parts) - 1]!);
}

/** 1 + the number of boundaries strictly below the value: equal values get equal scores, however many there are. */
export function scoreOf(value: number, boundaries: readonly number[]): number {
  let score = 1;
  for (const boundary of boundaries) if (boundary < value) score += 1;
  return score;
}

/**
 * Scores from 1 (worst) to the policy's number of scores (best). Recency is reversed: the fewer days, the better.
 * @param now milliseconds
 * @returns undefined where the policy knows no boundaries.
 */
export function scoresOf(facts: ScoredFacts, version: ScoringVersion, now: number): Scores | undefined {
  const boundaries = boundariesAt(version, now);
  const { rules } = version;
  return boundaries && {
    recencyScore: rules.scores + 1 - scoreOf(daysSince(Date.parse(facts.last), now), boundaries.recencyDays),
    frequencyScore: scoreOf(frequencyOf(facts, rules), boundaries.frequency),
    monetaryScore: scoreOf(facts.total, boundaries.monetary),
  };
}

/** The boundaries that a version scores by. @param now milliseconds. @returns undefined where it knows none. */
export function boundariesAt({ rules, quantiles }: ScoringVersion, now: number): ScoreBoundaries | undefined {
  if (rules.method === 'fixed') return rules.boundaries;
  return quantiles && { recencyDays: quantiles.lastPurchases.map((last) => daysSince(last, now)), frequency: quantiles.frequency, monetary: quantiles.monetary };
}

export const frequencyOf = (facts: ScoredFacts, { frequency }: LoyaltyRules): number => facts[frequency];
