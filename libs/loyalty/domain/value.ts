import { expectedPurchases, expectedSpend, probabilityAlive, type BgNbd, type GammaGamma } from '#statistics';
import { currencyOf, repeatBuying, repeatSpending, WEEKS_IN_MONTH, type Buyer } from './buyers.js';
import { dayAfter } from './forecast.js';
import { inForce, inForceOrder, type PolicyVersion } from './policies.js';
import { NO_VALUE_POLICY, STARTING_VALUE_RULES, type ValueRules } from './value-policy.js';

const MONTHS_IN_YEAR = 12;

export interface ValuePolicyInForce {
  version: number;
  rules: ValueRules;
  notes: string[];
}

/** The value policy in force; where none is published, the rules to start from in the currency of the loyalty policy. Undefined without a currency. */
export function valuePolicyOf(published: readonly PolicyVersion<ValueRules>[], policies: readonly { kind: string }[], now: string): ValuePolicyInForce | undefined {
  const found = inForce(inForceOrder(published), now);
  if (found) return { version: found.version, rules: found.rules, notes: [] };
  const currency = currencyOf(undefined, policies, now);
  return currency === undefined ? undefined : { version: 0, rules: { ...STARTING_VALUE_RULES, currency }, notes: [NO_VALUE_POLICY] };
}

interface CostEntry {
  customerId: string;
  amount: { amount: number; currency: string };
  at: string;
}

/** What was spent for each customer in the currency, between two days: after the first, up to the last. */
export function costsOf(entries: readonly CostEntry[], currency: string, since = '', until = '9999'): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { customerId, amount, at } of entries) {
    const day = at.slice(0, 10);
    if (amount.currency === currency && day > since && day <= until) sums.set(customerId, (sums.get(customerId) ?? 0) + amount.amount);
  }
  return sums;
}

/** Profit on a buyer's purchases between two days, by the policy's margin and its costs of serving, less what was allocated besides. Minor units. */
export function profitOf({ days }: Buyer, { margin, costPerPurchase }: ValueRules, allocated: number, since = '', until = '9999'): number {
  // Minor units and purchases are whole numbers: added first, they lose nothing.
  let [amounts, count] = [0, 0];
  for (const { day, amount, purchases } of days) {
    if (day <= since || day > until) continue;
    amounts += amount;
    count += purchases;
  }
  return amounts * margin - count * costPerPurchase - allocated;
}

/** Profit of the last window of the policy and of the one before it. */
export function windowsOf(buyer: Buyer, rules: ValueRules, today: string, costs: (since: string, until: string) => number): { present: number; former: number } {
  const [middle, begin] = [dayAfter(today, -rules.windowDays), dayAfter(today, -2 * rules.windowDays)];
  return { present: profitOf(buyer, rules, costs(middle, today), middle, today), former: profitOf(buyer, rules, costs(begin, middle), begin, middle) };
}

/**
 * The expected net present value of a customer's future purchases: month by month over the horizon, the purchases to
 * expect times what each leaves, less what it costs to keep the customer while there is one; discounted to today from
 * the end of each month. Minor units. Undefined where nothing tells what a purchase comes to.
 */
export function lifetimeValue(buyer: Buyer, today: string, rules: ValueRules, model: BgNbd, spending: GammaGamma): number | undefined {
  const [history, own] = [repeatBuying(buyer, today), repeatSpending(buyer)];
  const spend = expectedSpend(spending, own.average > 0 ? own : { purchases: 0, average: 0 });
  if (spend === undefined) return undefined;
  const gain = spend * rules.margin - rules.costPerPurchase;
  const alive = probabilityAlive(model, history);
  let [value, before] = [0, 0];
  for (let month = 1; month <= rules.horizonMonths; month++) {
    const purchases = expectedPurchases(model, history, month * WEEKS_IN_MONTH);
    value += ((purchases - before) * gain - rules.costPerMonth * alive) / (1 + rules.discountRate) ** (month / MONTHS_IN_YEAR);
    before = purchases;
  }
  return value;
}

/** Tiers from the top: customers in the order of their value, and of their ids where values are equal; each tier takes its share, the last one the rest. */
export function tiersOf(values: readonly { customerId: string; value: number }[], tiers: ValueRules['tiers']): Map<string, string> {
  const sorted = [...values].sort((one, other) => other.value - one.value || (one.customerId < other.customerId ? -1 : 1));
  const found = new Map<string, string>();
  let [share, next] = [0, 0];
  for (const [index, tier] of tiers.entries()) {
    share += tier.share;
    const end = index === tiers.length - 1 ? sorted.length : Math.round(share * sorted.length);
    for (; next < end; next++) found.set(sorted[next]!.customerId, tier.name);
  }
  return found;
}

export const VALUE_CLASSES = ['value', 'value-changing', 'problem', 'ordinary'] as const;
export type ValueClass = (typeof VALUE_CLASSES)[number];

/** The class of a customer by profit now and before, and the reason in words. */
export function valueClassOf({ present, former }: { present: number; former: number }, { changeShare }: ValueRules, mean: number): { valueClass: ValueClass; because: string } {
  if (present < 0) return { valueClass: 'problem', because: 'costs more than it brings' };
  if (former > 0 && present === 0) return { valueClass: 'problem', because: 'brought profit before and brings none' };
  const changes = changeOf(present, former, changeShare);
  if (changes !== undefined) return { valueClass: 'value-changing', because: changes };
  if (present > mean) return { valueClass: 'value', because: 'profit above the mean, and steady' };
  return { valueClass: 'ordinary', because: present > 0 ? 'profit at or below the mean, and steady' : 'no profit now or before' };
}

function changeOf(present: number, former: number, changeShare: number): string | undefined {
  if (former <= 0) return present > 0 ? (former < 0 ? 'cost more than it brought before' : 'brought nothing before') : undefined;
  if (Math.abs(present / former - 1) < changeShare) return undefined;
  return present > former ? 'profit rises' : 'profit falls';
}
