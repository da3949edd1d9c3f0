import { buyersIn } from './buyers.js';
import { dayOf } from './time.js';
import { costsOf, valueClassOf, windowsOf, type ValueClass } from './value.js';
import type { ValueRules } from './value-policy.js';

export interface ClassedBuyer {
  customerId: string;
  valueClass: ValueClass;
  because: string;
  /** Of the last days of the policy, in minor units. */
  profit: number;
  /** Of as many days before. */
  profitBefore: number;
  /** Share; null where there was no profit before. */
  change: number | null;
}

/** Every buyer with the class by profit of late and before. */
export function classedBuyers(rules: ValueRules, customers: Parameters<typeof buyersIn>[1], costs: Parameters<typeof costsOf>[0], now: string): ClassedBuyer[] {
  const byWindow = new Map<string, Map<string, number>>();
  const costIn = (since: string, until: string) => byWindow.get(since) ?? byWindow.set(since, costsOf(costs, rules.currency, since, until)).get(since)!;
  const profits = buyersIn(rules.currency, customers).map((buyer) => ({
    customerId: buyer.customerId, ...windowsOf(buyer, rules, dayOf(now), (since, until) => costIn(since, until).get(buyer.customerId) ?? 0),
  }));
  const mean = profits.length > 0 ? profits.reduce((sum, { present }) => sum + present, 0) / profits.length : 0;
  return profits.map(({ customerId, present, former }) => ({
    customerId, ...valueClassOf({ present, former }, rules, mean), profit: present, profitBefore: former, change: former > 0 ? present / former - 1 : null,
  }));
}
