import { analysis } from '#event-sourcing';
import { Sum, sumOf } from '#statistics';
import { buyersIn, leftOut, NO_CURRENCY } from '../domain/buyers.js';
import { whyNoBuyerOfPolicy } from '../domain/no-buyer.js';
import { costsOf, profitOf, valuePolicyOf } from '../domain/value.js';
import { valueSources } from './value-sources.js';

/** What each customer contributes to the whole. */
export const contribution = analysis('contribution', {
  version: 1,
  summary: 'The share of each buyer in revenue and profit so far, from the largest, and what all up to there contribute together.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId',
  columns: {
    customerId: 'text', rank: { type: 'integer', summary: 'By profit; equal profits are ordered by id.' }, revenue: { type: 'integer', unit: 'minor units' }, revenueShare: { type: 'number', nullWhere: 'there is no revenue to have a share of' }, profit: { type: 'number', unit: 'minor units' },
    profitShare: { type: 'number', summary: 'Of the profit of those who bring any; null below 0.', nullWhere: 'the profit is below 0, or nobody brings any' }, cumulated: { type: 'number', summary: 'Profit share of this one and all before.', nullWhere: 'nobody brings any profit' },
  },
})
  .reads(valueSources)
  .computes(({ customers, policies, rules: published, costs }, { now }) => {
    const policy = valuePolicyOf(published, policies, now);
    if (!policy) return { rows: [], notes: [NO_CURRENCY] };
    const { rules } = policy;
    const allocated = costsOf(costs, rules.currency);
    const known = buyersIn(rules.currency, customers).map((buyer) => ({ customerId: buyer.customerId, revenue: buyer.total, profit: profitOf(buyer, rules, allocated.get(buyer.customerId) ?? 0) }));
    known.sort((one, other) => other.profit - one.profit || (one.customerId < other.customerId ? -1 : 1));
    const [revenue, profit] = [known.reduce((sum, row) => sum + Math.max(0, row.revenue), 0), sumOf(known.map((row) => Math.max(0, row.profit)))];
    const cumulated = new Sum();
    const rows = known.map((row, index) => {
      const profitShare = profit > 0 && row.profit >= 0 ? row.profit / profit : null;
      if (profitShare !== null) cumulated.add(row.profit);
      return { customerId: row.customerId, rank: index + 1, revenue: row.revenue, revenueShare: revenue > 0 ? Math.max(0, row.revenue) / revenue : null, profit: row.profit, profitShare, cumulated: profit > 0 ? cumulated.value / profit : null };
    });
    const losses = known.filter((row) => row.profit < 0).length;
    return {
      rows, summary: { policyVersion: policy.version, currency: rules.currency, buyers: rows.length, revenue, profit, losses },
      notes: [...policy.notes, ...(losses > 0 ? [`${losses} buyers cost more than they bring; they have no share of the profit.`] : []), ...(known.length > 0 && profit === 0 ? ['Nobody brings any profit: there are no shares of it.'] : []), ...leftOut(rules.currency, customers)],
    };
  })
  .explaining(whyNoBuyerOfPolicy);
