import { analysis } from '#event-sourcing';
import { sumOf } from '#statistics';
import { NO_CURRENCY } from '../domain/buyers.js';
import { whyNoBuyerOfPolicy } from '../domain/no-buyer.js';
import { spentOnProducts } from '../domain/products-bought.js';
import { profitsOf } from '../domain/profitability.js';
import { valuePolicyOf } from '../domain/value.js';
import { productsBought } from './products-bought.js';
import { valueSources } from './value-sources.js';

const amount = (summary: string) => ({ type: 'number', unit: 'minor units', summary }) as const;

/** Marginal, total and net profit of the products that different customers consume. */
export const profitability = analysis('profitability', {
  version: 2,
  summary: 'Marginal profit (revenue less direct costs), total profit (less service and campaigns) and net profit (less overhead) of each customer and product.',
  allow: ['analyst', 'manager'], personal: [], record: 'customerId', apart: ['product'],
  columns: { customerId: 'text', product: { type: 'text', summary: 'Null: of no product that is known.', nullWhere: 'the product is not known' }, revenue: amount('Net of returns.'), marginalProfit: amount('By recorded direct costs, or else by the margin of the policy.'), totalProfit: amount('Less service and campaigns.'), netProfit: amount('Less overhead.') },
})
  .reads({ ...valueSources, products: productsBought() })
  .computes(({ customers, policies, rules: published, costs, products }, { now }) => {
    const policy = valuePolicyOf(published, policies, now);
    if (!policy) return { rows: [], notes: [NO_CURRENCY] };
    const { rules } = policy;
    const rows = profitsOf({ customers, products: spentOnProducts(products), costs, rules });
    const sum = (of: 'revenue' | 'marginalProfit' | 'totalProfit' | 'netProfit') => sumOf(rows.map((row) => row[of]));
    const notes = costs.some(({ amount: { currency } }) => currency === rules.currency) ? [] : [`No costs in ${rules.currency} are allocated: all three measures follow from the margin of the policy.`];
    return { rows, summary: { policyVersion: policy.version, currency: rules.currency, revenue: sum('revenue'), marginalProfit: sum('marginalProfit'), totalProfit: sum('totalProfit'), netProfit: sum('netProfit') }, notes: [...policy.notes, ...notes] };
  })
  .explaining(whyNoBuyerOfPolicy);
