import { buyersIn, currencyOf, type BuyingRow } from './buyers.js';
import type { PolicyVersion } from './policies.js';
import { valuePolicyOf } from './value.js';
import type { ValueRules } from './value-policy.js';

interface Sources {
  customers: readonly BuyingRow[];
  policies: readonly { kind: string }[];
}

/** Why an analysis of the buyers in a currency has no row of somebody; undefined where they are one. */
export function whyNoBuyer({ customers, policies }: Sources, { now, parameters }: { now: string; parameters: { currency?: string } }, key: string): { notes: string[] } | undefined {
  return reasonOf(key, currencyOf(parameters.currency, policies, now), customers);
}

/** The same of analyses by the value policy. */
export function whyNoBuyerOfPolicy({ customers, policies, rules }: Sources & { rules: readonly PolicyVersion<ValueRules>[] }, { now }: { now: string }, key: string): { notes: string[] } | undefined {
  return reasonOf(key, valuePolicyOf(rules, policies, now)?.rules.currency, customers);
}

function reasonOf(key: string, currency: string | undefined, rows: readonly BuyingRow[]): { notes: string[] } | undefined {
  const own = rows.filter(({ customerId }) => customerId === key);
  if (currency === undefined || buyersIn(currency, own).length > 0) return undefined;
  const others = Object.entries(own[0]?.currencies ?? {}).filter(([, { days }]) => days.length > 0).map(([name]) => name).sort();
  return { notes: [`No purchase of ${key} in ${currency} stands${others.length > 0 ? `; there are some in ${others.join(', ')}, and amounts of different currencies are never added` : ''}.`] };
}
