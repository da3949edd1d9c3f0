import { buyersIn } from './buyers.js';
import type { CostKind } from './costs.js';
import type { ValueRules } from './value-policy.js';

interface Sources {
  customers: Parameters<typeof buyersIn>[1];
  products: readonly { customerId: string; amounts: Readonly<Record<string, Readonly<Record<string, number>>>> }[];
  costs: readonly { customerId: string; kind: CostKind; amount: { amount: number; currency: string }; product?: string }[];
  rules: ValueRules;
}

export interface Profits {
  customerId: string;
  product: string | null;
  revenue: number;
  marginalProfit: number;
  totalProfit: number;
  netProfit: number;
}

/** Of each customer and product; what is of no known product stands in a row of its own, so that a customer's rows come to the customer's total. */
export function profitsOf({ customers, products, costs, rules }: Sources): Profits[] {
  const byProduct = new Map(products.map(({ customerId, amounts }) => [customerId, amounts[rules.currency] ?? {}]));
  const spent = new Map<string, Record<CostKind, number>>();
  const costed = new Map<string, string[]>();
  for (const { customerId, kind, amount, product } of costs) {
    if (amount.currency !== rules.currency) continue;
    if (product !== undefined) costed.set(customerId, [...(costed.get(customerId) ?? []), product]);
    const key = keyOf(customerId, product ?? null);
    const known = spent.get(key) ?? { direct: 0, service: 0, campaign: 0, overhead: 0 };
    spent.set(key, { ...known, [kind]: known[kind] + amount.amount });
  }
  const totals = new Map(buyersIn(rules.currency, customers).map(({ customerId, total }) => [customerId, total]));
  const ids = new Set([...totals.keys(), ...costs.map(({ customerId }) => customerId)]);
  return [...ids].sort().flatMap((customerId) => {
    const own = byProduct.get(customerId) ?? {};
    const known = [...new Set([...Object.keys(own), ...(costed.get(customerId) ?? [])])].sort();
    const rest = (totals.get(customerId) ?? 0) - Object.values(own).reduce((sum, amount) => sum + amount, 0);
    const rows = known.map((product) => profits(customerId, product, own[product] ?? 0, spent, rules));
    return rest !== 0 || spent.has(keyOf(customerId, null)) || rows.length === 0 ? [...rows, profits(customerId, null, rest, spent, rules)] : rows;
  });
}

function profits(customerId: string, product: string | null, revenue: number, spent: ReadonlyMap<string, Record<CostKind, number>>, { margin }: ValueRules): Profits {
  const { direct = 0, service = 0, campaign = 0, overhead = 0 } = spent.get(keyOf(customerId, product)) ?? {};
  const marginalProfit = direct > 0 ? revenue - direct : revenue * margin;
  const totalProfit = marginalProfit - service - campaign;
  return { customerId, product, revenue, marginalProfit, totalProfit, netProfit: totalProfit - overhead };
}

const keyOf = (customerId: string, product: string | null) => JSON.stringify([customerId, product]);
