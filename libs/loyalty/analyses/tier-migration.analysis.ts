import { analysis, earlier } from '#event-sourcing';
import { buyersIn, NO_CURRENCY } from '../domain/buyers.js';
import { costsOf, profitOf, tiersOf, valuePolicyOf, type ValuePolicyInForce } from '../domain/value.js';
import { valueSources } from './value-sources.js';

const { customers: buyersSource, policies: policySource, rules: rulesSource, costs: costSource } = valueSources;
type Rows = Parameters<typeof buyersIn>[1];
type Costs = Parameters<typeof costsOf>[0];

/** Who moved from one tier of the pyramid to another between two moments. */
export const tierMigration = analysis('tier_migration', {
  version: 1,
  summary: 'Customers by their tier at an earlier moment and now, each moment by the value policy then in force.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['from', 'to'],
  columns: { from: { type: 'text', summary: 'none: had not bought.' }, to: 'text', customers: 'integer', probability: 'number' },
})
  .reads({ ...valueSources, customersBefore: earlier(buyersSource), policiesBefore: earlier(policySource), rulesBefore: earlier(rulesSource), costsBefore: earlier(costSource) })
  .computes(({ customers, policies, rules, costs, customersBefore, policiesBefore, rulesBefore, costsBefore }, { now, from }) => {
    const [before, present] = [valuePolicyOf(rulesBefore, policiesBefore, from!), valuePolicyOf(rules, policies, now)];
    if (!before || !present) return { rows: [], notes: [NO_CURRENCY] };
    const [was, is] = [tiersIn(before, customersBefore, costsBefore), tiersIn(present, customers, costs)];
    const counts = new Map<string, Map<string, number>>();
    for (const id of new Set([...was.keys(), ...is.keys()])) {
      const row = counts.get(was.get(id) ?? NONE) ?? new Map<string, number>();
      counts.set(was.get(id) ?? NONE, row.set(is.get(id) ?? NONE, (row.get(is.get(id) ?? NONE) ?? 0) + 1));
    }
    const rows = [...counts].flatMap(([tier, row]) => {
      const total = [...row.values()].reduce((sum, each) => sum + each, 0);
      return [...row].map(([to, each]) => ({ from: tier, to, customers: each, probability: each / total }));
    }).sort((one, other) => (`${one.from}/${one.to}` < `${other.from}/${other.to}` ? -1 : 1));
    return { rows, summary: { policyVersionBefore: before.version, policyVersion: present.version, before: was.size, now: is.size }, notes: [...new Set([...before.notes, ...present.notes, ...(rows.length > 0 ? [] : ['Nobody had bought at either moment.'])])] };
  });

const NONE = 'none';

function tiersIn({ rules }: ValuePolicyInForce, customers: Rows, costs: Costs): Map<string, string> {
  const allocated = costsOf(costs, rules.currency);
  return tiersOf(buyersIn(rules.currency, customers).map((buyer) => ({ customerId: buyer.customerId, value: profitOf(buyer, rules, allocated.get(buyer.customerId) ?? 0) })), rules.tiers);
}
