import { analysis } from '#event-sourcing';
import { lorenz, sumOf } from '#statistics';
import { NO_CURRENCY } from '../domain/buyers.js';
import { dayAfter } from '../domain/forecast.js';
import { investmentBalanceOf, topTierOf, type InvestmentBalance } from '../domain/investment-balance.js';
import { INVESTMENT_KINDS } from '../domain/investments.js';
import { whyNoBuyerOfPolicy } from '../domain/no-buyer.js';
import { dayOf } from '../domain/time.js';
import { valuePolicyOf } from '../domain/value.js';
import type { ValueRules } from '../domain/value-policy.js';
import { investments, type InvestmentRow } from '../views/investments.view.js';
import { valueSources } from './value-sources.js';

const spent = (summary: string) => ({ type: 'integer', unit: 'minor units', summary }) as const;

/** Whether the most is spent on the relationships that matter most. */
export const investmentVsValue = analysis('investment_vs_value', {
  version: 1,
  summary: 'What was invested in each customer in the last days of the value policy against the profit that each brought in them: shares, ranks, and who gets less or more than they are worth.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId',
  columns: {
    customerId: 'text', tier: { type: 'text', summary: 'By the profit of these days and the shares of the value policy.' }, important: { type: 'boolean', summary: 'With a profit, in the highest tier that has anybody.' },
    profit: { type: 'number', unit: 'minor units', summary: 'Before what was invested.' }, valueRank: { type: 'integer', summary: 'By profit, from the highest; equal ones have the same.' }, valueShare: { type: 'number', summary: 'Of the profit of those who bring any.', nullWhere: 'nobody brought any profit' },
    recorded: spent('Investments that were recorded for the customer.'), service: spent('Costs allocated for service.'), campaign: spent('Costs allocated for campaigns.'), invested: spent('All three.'),
    investmentRank: { type: 'integer', summary: 'By what was invested, from the highest; equal ones have the same.' }, investmentShare: { type: 'number', nullWhere: 'nothing was invested in anybody' },
    gap: { type: 'number', summary: 'Share of what was invested less that of the profit: below 0 where more would be deserved.', nullWhere: 'nothing was invested or there is no profit to have a share of' },
    finding: { type: 'text', summary: 'under-invested: important, and gets less than the share of the profit; over-invested: not important, and gets more; in line: else.', nullWhere: 'nothing was invested or there is no profit to have a share of' },
  },
})
  .reads({ ...valueSources, investments })
  .computes(({ customers, policies, rules: published, costs, investments: all }, { now }) => {
    const policy = valuePolicyOf(published, policies, now);
    if (!policy) return { rows: [], notes: [NO_CURRENCY] };
    const { rules } = policy;
    const [since, today] = [dayAfter(dayOf(now), -rules.windowDays), dayOf(now)];
    const standing = all.filter(({ withdrawnAt }) => withdrawnAt === undefined);
    const rows = investmentBalanceOf({ rules, customers, costs, investments: standing, since, today });
    const ofLate = [...standing, ...costs.filter(({ kind }) => kind === 'service' || kind === 'campaign')].filter(({ at }) => at.slice(0, 10) > since && at.slice(0, 10) <= today);
    const others = [...new Set(ofLate.map(({ amount }) => amount.currency))].filter((currency) => currency !== rules.currency).sort();
    const byTier = tiersAmong(rows, rules);
    return {
      rows, summary: { policyVersion: policy.version, currency: rules.currency, windowDays: rules.windowDays, ...totalsOf(rows, rules), recordedFor: byKind(standing, rules.currency, since, today), tiers: byTier },
      notes: [
        ...policy.notes, ...(others.length > 0 ? [`What was invested in ${others.join(', ')} is left out: amounts of different currencies are never added.`] : []),
        ...(rows.length > 0 && rows.every(({ invested }) => invested === 0) ? [`Nothing was invested in anybody in the last ${rules.windowDays} days.`] : []),
      ],
      plots: rows.some(({ gap }) => gap !== null) ? [{
        title: 'Share of what was invested and of the profit, by tier', kind: 'bar' as const,
        series: [{ name: 'invested', points: byTier.map(({ tier, investmentShare }): [string, number | null] => [tier, investmentShare]) }, { name: 'profit', points: byTier.map(({ tier, valueShare }): [string, number | null] => [tier, valueShare]) }],
      }] : [],
    };
  })
  .explaining((inputs, moment, key) => {
    const why = whyNoBuyerOfPolicy(inputs, moment, key);
    return why && { notes: [...why.notes, 'Without a purchase, a customer has a row where something was invested in them in the last days of the value policy, and no profit.'] };
  });

const added = (rows: readonly InvestmentBalance[], of: 'recorded' | 'service' | 'campaign' | 'invested') => rows.reduce((sum, row) => sum + row[of], 0);
/** Of some of all rows together; null where there is nothing to have a share of. */
const shares = (of: 'investmentShare' | 'valueShare', some: readonly InvestmentBalance[], all: readonly InvestmentBalance[]) => (all.some((row) => row[of] !== null) ? sumOf(some.map((row) => row[of] ?? 0)) : null);

function totalsOf(rows: readonly InvestmentBalance[], rules: ValueRules) {
  const topTier = topTierOf(new Map(rows.map(({ customerId, tier }) => [customerId, tier])), rules);
  const top = rows.filter(({ tier }) => tier === topTier);
  return {
    customers: rows.length, profit: sumOf(rows.map(({ profit }) => profit)), invested: added(rows, 'invested'), recorded: added(rows, 'recorded'), service: added(rows, 'service'), campaign: added(rows, 'campaign'),
    topTier: topTier ?? null, topTierCustomers: top.length, topTierInvestmentShare: shares('investmentShare', top, rows), topTierValueShare: shares('valueShare', top, rows),
    // Gini coefficients: 0 where all get, or bring, the same.
    investmentGini: lorenz(rows.map(({ invested }) => invested))?.gini ?? null, valueGini: lorenz(rows.map(({ profit }) => Math.max(0, profit)))?.gini ?? null,
    underInvested: rows.filter(({ finding }) => finding === 'under-invested').length, overInvested: rows.filter(({ finding }) => finding === 'over-invested').length,
  };
}

function tiersAmong(rows: readonly InvestmentBalance[], rules: ValueRules) {
  return rules.tiers.map(({ name }) => {
    const members = rows.filter(({ tier }) => tier === name);
    return { tier: name, customers: members.length, profit: sumOf(members.map(({ profit }) => profit)), invested: added(members, 'invested'), investmentShare: shares('investmentShare', members, rows), valueShare: shares('valueShare', members, rows) };
  });
}

/** What was recorded, by what it was for. */
function byKind(standing: readonly InvestmentRow[], currency: string, since: string, today: string): Record<string, number> {
  const counted = standing.filter(({ amount, at }) => amount.currency === currency && at.slice(0, 10) > since && at.slice(0, 10) <= today);
  return Object.fromEntries(INVESTMENT_KINDS.flatMap((kind) => {
    const sum = counted.filter((each) => each.kind === kind).reduce((total, { amount }) => total + amount.amount, 0);
    return sum > 0 ? [[kind, sum]] : [];
  }));
}
