import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { CustomerRegistered, CustomerRenamed } from '../domain/customer.js';
import { BranchOpened, CustomerReparented, ParentCustomerAssigned, ParentCustomerRemoved, subtreeOf } from '../domain/hierarchy.js';
import { customerTree, type CustomerTreeRow } from './customer-tree.view.js';

const registered = (customerId: string) => event(CustomerRegistered, { customerId, kind: 'organisation', name: customerId.toUpperCase(), status: 'active' });
const under = (parentId: string, customerId: string) => event(ParentCustomerAssigned, { customerId, parentId });
const group = [registered('group'), registered('south'), under('group', 'south')];

async function cyclesOf(rows: Iterable<CustomerTreeRow>): Promise<unknown> {
  async function* each() {
    yield* rows;
  }
  return customerTree.reports.get('cycles')!.run(each(), '2026-01-05T12:00:00.000Z', undefined);
}

describe('the tree of customers', () => {
  it('shows parent and children', () => {
    const tree = given(customerTree, group);
    tree.then('group', { customerId: 'group', name: 'GROUP', childIds: ['south'] });
    tree.then('south', { customerId: 'south', name: 'SOUTH', parentId: 'group', childIds: [] });
  });

  it('shows a branch as one', () =>
    given(customerTree, [registered('south'), event(BranchOpened, { customerId: 'south', parentId: 'group', branchType: 'office' }), under('group', 'south')])
      .then('south', { customerId: 'south', name: 'SOUTH', branchType: 'office', parentId: 'group', childIds: [] }));

  it('moves a customer, with all below it, from one parent to the other', () => {
    const tree = given(customerTree, [...group, registered('rival'), event(CustomerReparented, { customerId: 'south', formerParentId: 'group', parentId: 'rival' })]);
    tree.then('group', { customerId: 'group', name: 'GROUP', childIds: [] });
    tree.then('rival', { customerId: 'rival', name: 'RIVAL', childIds: ['south'] });
    tree.then('south', { customerId: 'south', name: 'SOUTH', parentId: 'rival', childIds: [] });
  });

  it('lets a customer go', () => {
    const tree = given(customerTree, [...group, event(ParentCustomerRemoved, { customerId: 'south', parentId: 'group' })]);
    tree.then('group', { customerId: 'group', name: 'GROUP', childIds: [] });
    tree.then('south', { customerId: 'south', name: 'SOUTH', childIds: [] });
  });

  it('keeps the place of a parent whom nobody registered, and its name when somebody does', () => {
    given(customerTree, [registered('south'), under('group', 'south')]).then('group', { customerId: 'group', childIds: ['south'] });
    given(customerTree, [under('group', 'south'), registered('group')]).then('group', { customerId: 'group', name: 'GROUP', childIds: ['south'] });
  });

  it('shows the present name', () =>
    given(customerTree, [...group, event(CustomerRenamed, { customerId: 'south', name: 'South' })])
      .then('south', { customerId: 'south', name: 'South', parentId: 'group', childIds: [] }));

  it('survives a ring that two commands closed at once, and says so', async () => {
    const rows = given(customerTree, [...group, under('south', 'group')]).rows();
    expect(rows.get('group')).toEqual({ customerId: 'group', name: 'GROUP', parentId: 'south', childIds: ['south'] });
    expect(subtreeOf('group', rows.values())).toEqual({ customerIds: ['group', 'south'], cycle: ['group', 'south'] });
    expect(await cyclesOf(rows.values())).toEqual({ cycles: [['group', 'south']] });
  });

  it('has no rings among customers in order', async () =>
    expect(await cyclesOf(given(customerTree, group).rows().values())).toEqual({ cycles: [] }));
});
