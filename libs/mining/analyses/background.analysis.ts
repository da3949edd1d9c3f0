import { analysis } from '#event-sourcing';
import { customersView } from '#customers';

const ATTRIBUTES = ['kind', 'status', 'country', 'region', 'city'] as const;

/** Where customers come from, and what they are. */
export const background = analysis('background', {
  version: 1,
  summary: 'Customers by kind, status, country, region, city, party role and key account; who was merged into another is left out.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: null, apart: ['attribute', 'value'],
  columns: { attribute: 'text', value: { type: 'text', summary: 'Null: not known.', nullWhere: 'it is not known' }, customers: 'integer', share: 'number' },
})
  .reads({ customers: customersView })
  .computes(({ customers }) => {
    const known = customers.filter(({ mergedInto }) => mergedInto === undefined);
    const counted = (attribute: string, values: readonly (string | null)[]) => {
      const counts = new Map<string | null, number>();
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
      return [...counts].sort(([one, many], [other, more]) => more - many || (String(one) < String(other) ? -1 : 1)).map(([value, count]) => ({ attribute, value, customers: count, share: count / known.length }));
    };
    const rows = [
      ...ATTRIBUTES.flatMap((attribute) => counted(attribute, known.map((row) => row[attribute] ?? null))),
      ...counted('role', known.flatMap(({ roles }) => roles)), ...counted('keyAccount', known.map(({ keyAccount }) => (keyAccount ? 'yes' : 'no'))),
    ];
    return { rows, summary: { customers: known.length }, notes: known.length > 0 ? [] : ['There is no customer.'] };
  });
