import { analysis } from '#event-sourcing';
import { cyclesAmong } from '#customers';
import { treeTotals as totalsOf } from '../domain/tree-totals.js';
import { customer360 } from '../views/customer-360.view.js';

const amount = (summary: string) => ({ type: 'integer', unit: 'minor units', summary }) as const;

/** Branches, offices and subsidiaries of one company are looked at as one. */
export const treeTotals = analysis('tree_totals', {
  version: 1,
  summary: 'Revenue, contacts and interactions of each customer that others belong to, together with all that stand below it, by currency.',
  allow: ['analyst', 'manager'], personal: [], record: 'customerId', apart: ['currency'],
  columns: {
    customerId: 'text', parentId: { type: 'text', summary: 'Null: it stands at the top.', nullWhere: 'the customer stands at the top' }, members: { type: 'integer', unit: 'customers', summary: 'Itself and all below it.' },
    contacts: 'integer', coreContacts: 'integer', interactions: 'integer', currency: 'text', purchases: 'integer',
    revenue: amount('Net of returns.'), ownRevenue: amount('The part of it that the customer itself has brought.'),
  },
})
  .reads({ customers: customer360 })
  .computes(({ customers }) => {
    const counted = customers.filter(({ status }) => status !== 'merged');
    const rows = totalsOf(counted);
    const rings = cyclesAmong(counted.map(({ customerId, parentId }) => ({ customerId, ...(parentId !== null && { parentId }) })));
    const tops = new Set(rows.filter(({ parentId }) => parentId === null).map(({ customerId }) => customerId));
    const nobody = rows.length > 0 ? [] : ['No customer belongs to another: there is no tree to add up.'];
    const notes = rings.map((ring) => `${ring.join(', ')} are one another's parents, and each has the totals of all; reparent one of them.`);
    return { rows, summary: { trees: tops.size, members: rows.filter(({ customerId }, index) => tops.has(customerId) && rows[index - 1]?.customerId !== customerId).reduce((sum, { members }) => sum + members, 0) }, notes: [...nobody, ...notes] };
  });
