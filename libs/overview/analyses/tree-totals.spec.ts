import { describe, expect, it } from '@jest/globals';
import { event, type NewEvent } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { BranchOpened, ContactPersonAdded, ParentCustomerAssigned } from '#customers';
import { PurchaseRecorded } from '#purchases';
import { history, met, registered } from '../testing/history.js';
import { customer360 } from '../views/customer-360.view.js';
import { treeTotals } from './tree-totals.analysis.js';

const below = (customerId: string, parentId: string) => event(ParentCustomerAssigned, { customerId, parentId });
const bought = (customerId: string, amount: number, currency = 'EUR') => event(PurchaseRecorded, { purchaseId: `${customerId}-${amount}`, customerId, amount: { amount, currency } });
const found = (...made: NewEvent[]) => {
  const rows = given(customer360, history(...made.map((each): [string, NewEvent] => ['2026-01-05', each]))).rows();
  return treeTotals.compute({ customers: [...rows].map(([_id, row]) => ({ _id, ...row })) }, { now: '2026-06-30T00:00:00.000Z', parameters: {} });
};
const nobodyElse = { contacts: 0, coreContacts: 0, interactions: 0 };

describe('what a customer and its branches come to', () => {
  const tree = [...['group', 'north', 'harbour', 'alone'].map(registered), below('north', 'group'), below('harbour', 'north'), event(BranchOpened, { customerId: 'harbour', parentId: 'north', branchType: 'office' })];

  it('is summed over all levels, for each that has branches, apart by currency', () => {
    const { rows, summary, notes } = found(
      ...tree, bought('group', 100), bought('north', 20), bought('harbour', 3), bought('harbour', 7, 'USD'), bought('alone', 5_000),
      event(ContactPersonAdded, { contactId: 'k1', customerId: 'harbour', name: 'Bo' }), met('i1', { customerId: 'north' }),
    );
    const group = { customerId: 'group', parentId: null, members: 3, contacts: 1, coreContacts: 0, interactions: 1 };
    const north = { ...group, customerId: 'north', parentId: 'group', members: 2 };
    expect(rows).toEqual([
      { ...group, currency: 'EUR', purchases: 3, revenue: 123, ownRevenue: 100 },
      { ...group, currency: 'USD', purchases: 1, revenue: 7, ownRevenue: 0 },
      { ...north, currency: 'EUR', purchases: 2, revenue: 23, ownRevenue: 20 },
      { ...north, currency: 'USD', purchases: 1, revenue: 7, ownRevenue: 0 },
    ]);
    expect([summary, notes]).toEqual([{ trees: 1, members: 3 }, []]);
  });

  it('is told of those who have bought nothing, too, and of no customer without branches', () => {
    expect(found(...tree).rows).toEqual([
      { customerId: 'group', parentId: null, members: 3, ...nobodyElse, currency: null, purchases: 0, revenue: 0, ownRevenue: 0 },
      { customerId: 'north', parentId: 'group', members: 2, ...nobodyElse, currency: null, purchases: 0, revenue: 0, ownRevenue: 0 },
    ]);
    expect(found(registered('alone')).rows).toEqual([]);
  });

  it('ends where customers are one another\'s parents, and names them', () => {
    const { rows, notes } = found(registered('a'), registered('b'), below('a', 'b'), below('b', 'a'), bought('a', 1), bought('b', 2));
    expect(rows.map(({ customerId, members, revenue }) => [customerId, members, revenue])).toEqual([['a', 2, 3], ['b', 2, 3]]);
    expect(notes).toEqual([expect.stringContaining('a, b are one another\'s parents')]);
  });
});
