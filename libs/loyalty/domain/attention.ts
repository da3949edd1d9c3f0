import { sumOf } from '#statistics';
import { buyersIn } from './buyers.js';
import type { CostKind } from './costs.js';
import { profitOf } from './value.js';
import type { ValueRules } from './value-policy.js';

const PERCENT = 100;
const ATTENTION: readonly CostKind[] = ['service', 'campaign'];

interface AttentionSources {
  rules: ValueRules;
  customers: Parameters<typeof buyersIn>[1];
  costs: readonly { customerId: string; kind: CostKind; amount: { amount: number; currency: string }; at: string }[];
  /** Days with an interaction, by customer. */
  meetings: ReadonlyMap<string, number>;
  /** Days after this one … */
  since: string;
  /** … up to this one. */
  today: string;
}

export interface Attention {
  customerId: string;
  profit: number;
  score: number | null;
  effort: number;
  meetings: number;
  valueShare: number | null;
  effortShare: number | null;
  meetingShare: number | null;
  balance: number | null;
}

/** What each buyer brings and gets; profit below 0 has no share of it. */
export function attentionOf({ rules, customers, costs, meetings, since, today }: AttentionSources): Attention[] {
  const spent = new Map<string, number>();
  for (const { customerId, kind, amount, at } of costs) {
    const day = at.slice(0, 10);
    if (ATTENTION.includes(kind) && amount.currency === rules.currency && day > since && day <= today) spent.set(customerId, (spent.get(customerId) ?? 0) + amount.amount);
  }
  const known = buyersIn(rules.currency, customers).map((buyer) => ({
    customerId: buyer.customerId, profit: profitOf(buyer, rules, 0, since, today), effort: spent.get(buyer.customerId) ?? 0, meetings: meetings.get(buyer.customerId) ?? 0,
  }));
  const sum = (of: 'effort' | 'meetings') => known.reduce((total, row) => total + row[of], 0);
  const [value, effort, met] = [sumOf(known.map(({ profit }) => Math.max(0, profit))), sum('effort'), sum('meetings')];
  const ascending = known.map(({ profit }) => profit).sort((one, other) => one - other);
  return known.map((row) => {
    const valueShare = shareOf(Math.max(0, row.profit), value);
    const [effortShare, meetingShare] = [shareOf(row.effort, effort), shareOf(row.meetings, met)];
    const attention = effortShare ?? meetingShare;
    return {
      ...row, score: known.length > 1 ? (PERCENT * below(ascending, row.profit)) / (known.length - 1) : null, valueShare, effortShare, meetingShare,
      balance: valueShare === null || attention === null ? null : valueShare - attention,
    };
  });
}

/** Null where there is nothing to have a share of. */
export const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** How many of the ascending values are lower. */
function below(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
