import { analysis, earlier } from '#event-sourcing';
import { NO_CURRENCY } from '../domain/buyers.js';
import { valuePolicyOf } from '../domain/value.js';
import { classedBuyers } from '../domain/value-classes.js';
import { valueSources } from './value-sources.js';

const { customers: buyersSource, policies: policySource, rules: rulesSource, costs: costSource } = valueSources;
const NONE = 'none';

/** Who went from one value class to another between two moments, and why. */
export const valueClassMigration = analysis('value_class_migration', {
  version: 1,
  summary: 'The value class of each customer at an earlier moment and now, each moment by the value policy then in force, with the reasons of both.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId',
  columns: { customerId: 'text', from: { type: 'text', summary: 'none: had not bought.' }, to: 'text', becauseBefore: { type: 'text', nullWhere: 'the customer had not bought by the earlier moment' }, because: { type: 'text', nullWhere: 'no purchase of the customer stands now' }, moved: 'boolean' },
})
  .reads({ ...valueSources, customersBefore: earlier(buyersSource), policiesBefore: earlier(policySource), rulesBefore: earlier(rulesSource), costsBefore: earlier(costSource) })
  .computes(({ customers, policies, rules, costs, customersBefore, policiesBefore, rulesBefore, costsBefore }, { now, from }) => {
    const [before, present] = [valuePolicyOf(rulesBefore, policiesBefore, from!), valuePolicyOf(rules, policies, now)];
    if (!before || !present) return { rows: [], notes: [NO_CURRENCY] };
    const was = new Map(classedBuyers(before.rules, customersBefore, costsBefore, from!).map((row) => [row.customerId, row]));
    const is = new Map(classedBuyers(present.rules, customers, costs, now).map((row) => [row.customerId, row]));
    const rows = [...new Set([...was.keys(), ...is.keys()])].sort().map((customerId) => {
      const [first, second] = [was.get(customerId), is.get(customerId)];
      const [fromClass, to] = [first?.valueClass ?? NONE, second?.valueClass ?? NONE];
      return { customerId, from: fromClass, to, becauseBefore: first?.because ?? null, because: second?.because ?? null, moved: fromClass !== to };
    });
    const ways = new Map<string, number>();
    for (const row of rows) ways.set(`${row.from} → ${row.to}`, (ways.get(`${row.from} → ${row.to}`) ?? 0) + 1);
    return {
      rows, summary: { policyVersionBefore: before.version, policyVersion: present.version, moved: rows.filter(({ moved }) => moved).length, ways: Object.fromEntries([...ways].sort()) }, notes: [...new Set([...before.notes, ...present.notes])],
      plots: rows.length > 0 ? [{ title: 'Customers by the class from which and to which they went', kind: 'bar', series: [{ name: '', points: [...ways].sort() }] }] : [],
    };
  });
