import { analysis } from '#event-sourcing';
import { lorenz, sumOf } from '#statistics';
import { buyersIn, leftOut, NO_CURRENCY } from '../domain/buyers.js';
import { whyNoBuyerOfPolicy } from '../domain/no-buyer.js';
import { costsOf, profitOf, tiersOf, valuePolicyOf } from '../domain/value.js';
import { valueSources } from './value-sources.js';

const PERCENT = 100;

/** The customer pyramid: who brings how much. */
export const pyramid = analysis('pyramid', {
  version: 1,
  summary: 'The tier of every buyer by profit so far, by the shares of the value policy; equal values are ordered by id. With the Lorenz curve of revenue.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId',
  columns: { customerId: 'text', tier: 'text', profit: { type: 'number', unit: 'minor units' }, revenue: { type: 'integer', unit: 'minor units' } },
})
  .reads(valueSources)
  .computes(({ customers, policies, rules: published, costs }, { now }) => {
    const policy = valuePolicyOf(published, policies, now);
    if (!policy) return { rows: [], notes: [NO_CURRENCY] };
    const { rules } = policy;
    const allocated = costsOf(costs, rules.currency);
    const values = buyersIn(rules.currency, customers).map((buyer) => ({ customerId: buyer.customerId, value: profitOf(buyer, rules, allocated.get(buyer.customerId) ?? 0), revenue: buyer.total }));
    const tiers = tiersOf(values, rules.tiers);
    const rows = values.map(({ customerId, value, revenue }) => ({ customerId, tier: tiers.get(customerId)!, profit: value, revenue }));
    const curve = lorenz(values.map(({ revenue }) => Math.max(0, revenue)), PERCENT);
    const byTier = rules.tiers.map(({ name }) => {
      const members = rows.filter(({ tier }) => tier === name);
      return { tier: name, customers: members.length, profit: sumOf(members.map(({ profit }) => profit)), revenue: members.reduce((sum, { revenue }) => sum + revenue, 0) };
    });
    return {
      rows, summary: { policyVersion: policy.version, currency: rules.currency, buyers: rows.length, gini: curve?.gini ?? null, tiers: byTier },
      notes: [...policy.notes, ...(curve ? [] : ['Nobody brought any revenue: there is no concentration to measure.']), ...leftOut(rules.currency, customers)],
      plots: curve ? [
        { title: 'Lorenz curve of revenue', kind: 'line', x: 'share of customers, the smallest first', series: [{ name: 'revenue', points: curve.points.map(({ share, value }) => [share, value]) }, { name: 'equal', points: [[0, 0], [1, 1]] }] },
        { title: 'Profit by tier', kind: 'bar', series: [{ name: '', points: byTier.map(({ tier, profit }) => [tier, profit]) }] },
      ] : [],
    };
  })
  .explaining(whyNoBuyerOfPolicy);
