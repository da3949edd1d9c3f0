import { sumOf } from '#statistics';
import { shareOf } from './attention.js';
import { buyersIn, type BuyingRow } from './buyers.js';
import type { CostKind } from './costs.js';
import { costsOf, profitOf, tiersOf } from './value.js';
import type { ValueRules } from './value-policy.js';

interface Entry {
  customerId: string;
  amount: { amount: number; currency: string };
  at: string;
}

interface BalanceSources {
  rules: ValueRules;
  customers: readonly BuyingRow[];
  costs: readonly (Entry & { kind: CostKind })[];
  /** What was recorded and not taken back. */
  investments: readonly Entry[];
  /** Days after this one … */
  since: string;
  /** … up to this one. */
  today: string;
}

export type InvestmentFinding = 'under-invested' | 'over-invested' | 'in line';

/** Amounts are minor units of the policy's currency. */
export interface InvestmentBalance {
  customerId: string;
  tier: string;
  important: boolean;
  profit: number;
  valueRank: number;
  valueShare: number | null;
  recorded: number;
  service: number;
  campaign: number;
  /** All three together. */
  invested: number;
  investmentRank: number;
  investmentShare: number | null;
  gap: number | null;
  finding: InvestmentFinding | null;
}

/**
 * What was invested in each customer against what each brings, of buyers and of all in whom something was invested.
 * Important are those with a profit in the highest tier that has anybody; profit below 0 has no share of it.
 */
export function investmentBalanceOf({ rules, customers, costs, investments, since, today }: BalanceSources): InvestmentBalance[] {
  const spentOn = (entries: readonly Entry[]) => costsOf(entries, rules.currency, since, today);
  const terms = [spentOn(investments), spentOn(costs.filter(({ kind }) => kind === 'service')), spentOn(costs.filter(({ kind }) => kind === 'campaign'))] as const;
  const profits = new Map(buyersIn(rules.currency, customers).map((buyer) => [buyer.customerId, profitOf(buyer, rules, 0, since, today)]));
  const known = [...new Set([...profits.keys(), ...terms.flatMap((term) => [...term.keys()])])].sort().map((customerId) => {
    const [recorded, service, campaign] = terms.map((term) => term.get(customerId) ?? 0) as [number, number, number];
    return { customerId, profit: profits.get(customerId) ?? 0, recorded, service, campaign, invested: recorded + service + campaign };
  });
  const tiers = tiersOf(known.map(({ customerId, profit }) => ({ customerId, value: profit })), rules.tiers);
  const top = topTierOf(tiers, rules);
  const [value, invested] = [sumOf(known.map(({ profit }) => Math.max(0, profit))), known.reduce((sum, row) => sum + row.invested, 0)];
  const [valueRank, investmentRank] = [ranksOf(known.map(({ profit }) => profit)), ranksOf(known.map((row) => row.invested))];
  return known.map((row) => {
    const tier = tiers.get(row.customerId)!;
    const important = tier === top && row.profit > 0;
    const [valueShare, investmentShare] = [shareOf(Math.max(0, row.profit), value), shareOf(row.invested, invested)];
    const gap = valueShare === null || investmentShare === null ? null : investmentShare - valueShare;
    return { ...row, tier, important, valueRank: valueRank.get(row.profit)!, valueShare, investmentRank: investmentRank.get(row.invested)!, investmentShare, gap, finding: gap === null ? null : findingOf(important, gap) };
  });
}

/** The highest tier that has anybody: of few customers, a small share is none. */
export function topTierOf(tiers: ReadonlyMap<string, string>, rules: ValueRules): string | undefined {
  const present = new Set(tiers.values());
  return rules.tiers.find(({ name }) => present.has(name))?.name;
}

function findingOf(important: boolean, gap: number): InvestmentFinding {
  if (important && gap < 0) return 'under-invested';
  return !important && gap > 0 ? 'over-invested' : 'in line';
}

/** 1 is the highest; equal values have the same rank, and the next one counts them all. */
function ranksOf(values: readonly number[]): Map<number, number> {
  const ranks = new Map<number, number>();
  for (const [index, value] of [...values].sort((one, other) => other - one).entries()) if (!ranks.has(value)) ranks.set(value, index + 1);
  return ranks;
}
