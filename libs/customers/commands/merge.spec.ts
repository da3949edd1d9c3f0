import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { Customer, CustomerRegistered, type KnownCustomer } from '../domain/customer.js';
import { CustomersMerged, CustomersUnmerged } from '../domain/merge.js';
import { PreferredChannelSet } from '../domain/reach.js';
import { setPreferredChannel } from './consents.js';
import { assignParentCustomer } from './hierarchy.js';
import { deactivateCustomer, renameCustomer } from './lifecycle.js';
import { mergeCustomers, unmergeCustomers } from './merge.js';

const [customerId, intoCustomerId, reason] = ['c1', 'c2', 'The same telephone'];
const registered = event(CustomerRegistered, { customerId, kind: 'person', name: 'Li Wei', status: 'active' });
const merged = event(CustomersMerged, { customerId, intoCustomerId, kind: 'person', name: 'Li Wei', reason });
const unmerged = event(CustomersUnmerged, { customerId, intoCustomerId, status: 'active', reason });
const [alone, set] = [given(Customer, [registered]), given(Customer, [registered, merged])];
const command = { customerId, intoCustomerId, reason };
const into = (survivor: Partial<KnownCustomer> | null, ...mergedInto: string[]) => ({ customer: survivor && { kind: 'person', deactivated: false, ...survivor }, mergedInto });

describe('merging a customer into another', () => {
  it('sets its record aside', () => alone.when(mergeCustomers, command, {}, into({})).then([merged]));

  it.each([
    ['itself', { ...command, intoCustomerId: customerId }, into({}), 'merged-into-itself'],
    ['nobody', command, into(null), 'customer-not-found'],
    ['one that is merged into a third', command, into({}, 'c3'), 'customer-merged'],
    ['one that is merged into it', command, into({}, 'c3', customerId), 'merge-closes-ring'],
    ['an organisation, where it is a person', command, into({ kind: 'organisation' }), 'customers-of-two-kinds'],
    ['one that is deactivated', command, into({ deactivated: true }), 'customer-deactivated'],
  ])('is refused into %s', (_, asked, known, code) => alone.when(mergeCustomers, asked, {}, known).thenRejected(code));

  it('happens once, and only to one that is registered', () => {
    set.when(mergeCustomers, command, {}, into({})).thenRejected('already-merged');
    given(Customer, []).when(mergeCustomers, command, {}, into({})).thenRejected('customer-not-found');
  });

  it('refuses changes of the record that is set aside, and takes what is learned of the customer', () => {
    set.when(renameCustomer, { customerId, name: 'Li' }).thenRejected('customer-merged');
    set.when(deactivateCustomer, { customerId, reason }).thenRejected('customer-merged');
    set.when(assignParentCustomer, { customerId, parentId: 'p' }).thenRejected('customer-merged');
    set.when(setPreferredChannel, { customerId, channel: 'letter' }).then([event(PreferredChannelSet, { customerId, channel: 'letter' })]);
  });
});

describe('unmerging', () => {
  it('brings its record back, which can then be changed and merged again', () => {
    set.when(unmergeCustomers, { customerId, reason }).then([unmerged]);
    given(Customer, [registered, merged, unmerged]).when(mergeCustomers, command, {}, into({})).then([merged]);
  });

  it('is refused where nothing is merged', () => alone.when(unmergeCustomers, { customerId, reason }).thenRejected('not-merged'));
});
