import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { Customer, CustomerRegistered } from '../domain/customer.js';
import { BranchOpened, CustomerReparented, ParentCustomerAssigned, ParentCustomerRemoved } from '../domain/hierarchy.js';
import { CustomerLocated } from '../domain/reach.js';
import { assignParentCustomer, openBranch, removeParentCustomer, reparentCustomer } from './hierarchy.js';

const customerId = 'south';
const registered = event(CustomerRegistered, { customerId, kind: 'organisation', name: 'South', status: 'active' });
const assigned = event(ParentCustomerAssigned, { customerId, parentId: 'group' });
const alone = given(Customer, [registered]);
const owned = given(Customer, [registered, assigned]);

describe('the parent of a customer', () => {
  it('is assigned, and once', () => {
    alone.when(assignParentCustomer, { customerId, parentId: 'group' }).then([assigned]);
    owned.when(assignParentCustomer, { customerId, parentId: 'group' }).then([]);
  });

  it('is not replaced by the way', () => owned.when(assignParentCustomer, { customerId, parentId: 'rival' }).thenRejected('parent-already-assigned'));

  it('is replaced on purpose, and the event tells the former one', () => {
    owned.when(reparentCustomer, { customerId, parentId: 'rival', reason: 'sold' }).then([
      event(CustomerReparented, { customerId, formerParentId: 'group', parentId: 'rival', reason: 'sold' }),
    ]);
    owned.when(reparentCustomer, { customerId, parentId: 'group' }).then([]);
    alone.when(reparentCustomer, { customerId, parentId: 'group' }).thenRejected('parent-missing');
  });

  it('is never the customer itself', () => {
    alone.when(assignParentCustomer, { customerId, parentId: customerId }).thenRejected('own-parent');
    owned.when(reparentCustomer, { customerId, parentId: customerId }).thenRejected('own-parent');
  });

  it('is removed, and can then be assigned anew', () => {
    const removed = event(ParentCustomerRemoved, { customerId, parentId: 'group', reason: 'spun off' });
    owned.when(removeParentCustomer, { customerId, reason: 'spun off' }).then([removed]);
    alone.when(removeParentCustomer, { customerId }).then([]);
    given(Customer, [registered, assigned, removed]).when(assignParentCustomer, { customerId, parentId: 'group' }).then([assigned]);
  });

  it('is refused of nobody', () => given(Customer, []).when(assignParentCustomer, { customerId, parentId: 'group' }).thenRejected('customer-not-found'));
});

describe('opening a branch', () => {
  it('registers it as a customer below its parent', () =>
    given(Customer, []).when(openBranch, { customerId, parentId: 'group', name: 'South', branchType: 'office', location: { country: 'CN', city: 'Nanning' } }).then([
      registered,
      event(BranchOpened, { customerId, parentId: 'group', branchType: 'office' }),
      assigned,
      event(CustomerLocated, { customerId, country: 'CN', city: 'Nanning' }),
    ]));

  it('is refused where the id is taken, and below itself', () => {
    alone.when(openBranch, { customerId, parentId: 'group', name: 'South', branchType: 'office' }).thenRejected('customer-already-registered');
    given(Customer, []).when(openBranch, { customerId, parentId: customerId, name: 'South', branchType: 'office' }).thenRejected('own-parent');
  });
});
