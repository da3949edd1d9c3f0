import { describe, expect, it } from '@jest/globals';
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
/** Nobody stands above the parent. */
const asked = <const C extends { parentId: string }>(command: C) => [command, {}, [command.parentId]] as const;

describe('the parent of a customer', () => {
  it('is assigned, and once', () => {
    alone.when(assignParentCustomer, ...asked({ customerId, parentId: 'group' })).then([assigned]);
    owned.when(assignParentCustomer, ...asked({ customerId, parentId: 'group' })).then([]);
  });

  it('is not replaced by the way', () => owned.when(assignParentCustomer, ...asked({ customerId, parentId: 'rival' })).thenRejected('parent-already-assigned'));

  it('is replaced on purpose, and the event tells the former one', () => {
    owned.when(reparentCustomer, ...asked({ customerId, parentId: 'rival', reason: 'sold' })).then([
      event(CustomerReparented, { customerId, formerParentId: 'group', parentId: 'rival', reason: 'sold' }),
    ]);
    owned.when(reparentCustomer, ...asked({ customerId, parentId: 'group' })).then([]);
    alone.when(reparentCustomer, ...asked({ customerId, parentId: 'group' })).thenRejected('parent-missing');
  });

  it('is never the customer itself', () => {
    alone.when(assignParentCustomer, ...asked({ customerId, parentId: customerId })).thenRejected('own-parent');
    owned.when(reparentCustomer, ...asked({ customerId, parentId: customerId })).thenRejected('own-parent');
  });

  it('is nobody who stands below it', () => {
    for (const [south, decision] of [[alone, assignParentCustomer], [owned, reparentCustomer]] as const) {
      south.when(decision, { customerId, parentId: 'harbour' }, {}, ['harbour', 'docks', customerId]).thenRejected('ring-of-parents');
    }
    given(Customer, []).when(openBranch, { customerId, parentId: 'harbour', name: 'South', branchType: 'office' }, {}, ['harbour', customerId]).thenRejected('ring-of-parents');
  });

  it('is found by the way up, which ends at the top, at the customer, and where others go round', async () => {
    const parents: Record<string, string> = { harbour: 'docks', docks: customerId, a: 'b', b: 'a', leaf: 'top' };
    const stateOf = (_: unknown, id: string) => Promise.resolve(id in parents ? { parentId: parents[id] } : null) as never;
    const way = (parentId: string) => assignParentCustomer.knowing!({ customerId, parentId }, stateOf);
    expect([await way('harbour'), await way('a'), await way('leaf'), await way(customerId)]).toEqual([['harbour', 'docks', customerId], ['a', 'b'], ['leaf', 'top'], [customerId]]);
  });

  it('is removed, and can then be assigned anew', () => {
    const removed = event(ParentCustomerRemoved, { customerId, parentId: 'group', reason: 'spun off' });
    owned.when(removeParentCustomer, { customerId, reason: 'spun off' }).then([removed]);
    alone.when(removeParentCustomer, { customerId }).then([]);
    given(Customer, [registered, assigned, removed]).when(assignParentCustomer, ...asked({ customerId, parentId: 'group' })).then([assigned]);
  });

  it('is refused of nobody', () => given(Customer, []).when(assignParentCustomer, ...asked({ customerId, parentId: 'group' })).thenRejected('customer-not-found'));
});

describe('opening a branch', () => {
  it('registers it as a customer below its parent', () =>
    given(Customer, []).when(openBranch, ...asked({ customerId, parentId: 'group', name: 'South', branchType: 'office', location: { country: 'CN', city: 'Nanning' } })).then([
      registered,
      event(BranchOpened, { customerId, parentId: 'group', branchType: 'office' }),
      assigned,
      event(CustomerLocated, { customerId, country: 'CN', city: 'Nanning' }),
    ]));

  it('is refused where the id is taken, and below itself', () => {
    alone.when(openBranch, ...asked({ customerId, parentId: 'group', name: 'South', branchType: 'office' })).thenRejected('customer-already-registered');
    given(Customer, []).when(openBranch, ...asked({ customerId, parentId: customerId, name: 'South', branchType: 'office' })).thenRejected('own-parent');
  });
});
