import { analysis } from '#event-sourcing';
import { leftOut, NO_CURRENCY } from '../domain/buyers.js';
import { whyNoBuyerOfPolicy } from '../domain/no-buyer.js';
import { valuePolicyOf } from '../domain/value.js';
import { classedBuyers } from '../domain/value-classes.js';
import { valueSources } from './value-sources.js';

/** Value customers, value-changing customers and problem customers. */
export const valueClasses = analysis('value_classes', {
  version: 1,
  summary: 'Whether each buyer is a value, value-changing, problem or ordinary customer, by the profit of the last days of the policy and of as many before, with the reason.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId',
  columns: {
    customerId: 'text', valueClass: 'text', because: 'text', profit: { type: 'number', unit: 'minor units', summary: 'Of the last days.' }, profitBefore: { type: 'number', unit: 'minor units', summary: 'Of as many days before.' },
    change: { type: 'number', summary: 'Share; null where there was no profit before.', nullWhere: 'there was no profit before' },
  },
})
  .reads(valueSources)
  .computes(({ customers, policies, rules: published, costs }, { now }) => {
    const policy = valuePolicyOf(published, policies, now);
    if (!policy) return { rows: [], notes: [NO_CURRENCY] };
    const { rules } = policy;
    const rows = classedBuyers(rules, customers, costs, now);
    const counts = Object.fromEntries(['value', 'value-changing', 'problem', 'ordinary'].map((name) => [name, rows.filter(({ valueClass }) => valueClass === name).length]));
    return {
      rows, summary: { policyVersion: policy.version, currency: rules.currency, windowDays: rules.windowDays, buyers: rows.length, ...counts }, notes: [...policy.notes, ...leftOut(rules.currency, customers)],
      plots: rows.length > 0 ? [{ title: 'Customers by value class', kind: 'bar', series: [{ name: '', points: Object.entries(counts) }] }] : [],
    };
  })
  .explaining(whyNoBuyerOfPolicy);
