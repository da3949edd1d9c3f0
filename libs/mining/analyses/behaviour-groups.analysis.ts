import { IsInt, Max, Min } from 'class-validator';
import { analysis } from '#event-sourcing';
import { behaviourGroups as groupsOf, GROUPED_BY } from '../domain/behaviour-groups.js';
import { featuresOf, mainCurrency } from '../domain/features.js';
import { purchaseHistories } from '../domain/purchase-histories.js';

export class GroupParameters {
  @IsInt() @Min(2) @Max(20) groups = 4;
  /** The same seed gives the same groups. */
  @IsInt() @Min(0) seed = 1;
}

const METHOD = 'k-means, k-means++ start, on standardised logarithms';

export const behaviourGroups = analysis('behaviour_groups', {
  version: 1, summary: 'Customers who behave alike: groups by recency, frequency, interval and amounts; method, seed and version are stated', allow: ['analyst', 'manager'], personal: [], record: 'customerId',
  parameters: GroupParameters,
  columns: { customerId: 'text', group: { type: 'integer', summary: 'Group 1 spends most' }, distance: { type: 'number', summary: 'From the middle of the group, in standard deviations' } },
})
  .reads({ histories: purchaseHistories() })
  .computes(({ histories }, { now, parameters: { groups, seed } }) => {
    const currency = mainCurrency(histories);
    const customers = currency === undefined ? [] : featuresOf(histories, now, currency);
    const found = groupsOf(customers, groups, seed);
    const summary = { method: METHOD, version: 1, seed, features: GROUPED_BY, ...(currency !== undefined && { currency }) };
    if ('because' in found) return { rows: [], summary: { ...summary, groups: [] }, notes: [`There are no groups: ${found.because}.`] };
    return { rows: found.rows, summary: { ...summary, converged: found.converged, groups: found.groups }, notes: found.converged ? [] : ['The groups had not settled when the search ended.'] };
  })
  .explaining(({ histories }, { now, parameters: { groups, seed } }, key) => {
    const currency = mainCurrency(histories);
    const customers = currency === undefined ? [] : featuresOf(histories, now, currency);
    const found = groupsOf(customers, groups, seed);
    if ('because' in found) return undefined;
    const row = found.rows.find(({ customerId }) => customerId === key);
    const own = customers.find(({ customerId }) => customerId === key);
    if (!row || !own) return undefined;
    const { means } = found.groups.find(({ group }) => group === row.group)!;
    return { by: { method: METHOD, version: 1, seed, features: Object.fromEntries(GROUPED_BY.map((feature) => [feature, { value: own.values[feature], meanOfGroup: means[feature]! }])) } };
  });
