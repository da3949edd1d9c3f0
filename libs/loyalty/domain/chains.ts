import { daysBetween } from './time.js';

export interface Chains {
  purchaseDays: number;
  meanIntervalDays: number | null;
  /** Purchase days of the last chain. */
  chain: number;
  isUnbroken: boolean;
  longestChain: number;
  chains: number;
  /** Purchase days that were renewed in time, of those whose time is over or that were. */
  renewed: number;
  due: number;
  renewalRate: number | null;
}

/** Parts purchase days (ascending, at least one) into chains in which each comes within so many days after the one before. */
export function chainsOf(days: readonly string[], renewalDays: number, today: string): Chains {
  const lengths = [1];
  for (let index = 1; index < days.length; index++) {
    if (daysBetween(days[index - 1]!, days[index]!) <= renewalDays) lengths[lengths.length - 1]! += 1;
    else lengths.push(1);
  }
  const isUnbroken = daysBetween(days.at(-1)!, today) <= renewalDays;
  const renewed = days.length - lengths.length;
  const due = days.length - Number(isUnbroken);
  return {
    purchaseDays: days.length,
    meanIntervalDays: days.length > 1 ? daysBetween(days[0]!, days.at(-1)!) / (days.length - 1) : null,
    chain: lengths.at(-1)!, isUnbroken, longestChain: Math.max(...lengths), chains: lengths.length, renewed, due, renewalRate: due > 0 ? renewed / due : null,
  };
}
