import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { Customer, CustomerDeactivated, CustomerReactivated, CustomerRegistered, CustomerRenamed, CustomerStatusChanged } from '../domain/customer.js';
import { changeCustomerStatus, deactivateCustomer, reactivateCustomer, registerCustomer, renameCustomer } from './lifecycle.js';

const customerId = 'li';
const registered = event(CustomerRegistered, { customerId, kind: 'person', name: 'Li Ming', status: 'active' });
const deactivated = event(CustomerDeactivated, { customerId, reason: 'moved abroad' });
const li = given(Customer, [registered]);

describe('registering a customer', () => {
  it('makes an active customer where no status is given', () =>
    given(Customer, []).when(registerCustomer, { customerId, kind: 'person', name: 'Li Ming', occurredAt: '2026-01-02' }).then([registered]));

  it('takes a prospect', () =>
    given(Customer, []).when(registerCustomer, { customerId, kind: 'organisation', name: 'Xinhua Sugar', status: 'prospect' }).then([
      event(CustomerRegistered, { customerId, kind: 'organisation', name: 'Xinhua Sugar', status: 'prospect' }),
    ]));

  it('is refused for an id that is taken', () =>
    li.when(registerCustomer, { customerId, kind: 'person', name: 'Li Ming' }).thenRejected('customer-already-registered'));
});

describe('renaming a customer', () => {
  it('records the new name', () =>
    li.when(renameCustomer, { customerId, name: 'Li Mei' }).then([event(CustomerRenamed, { customerId, name: 'Li Mei' })]));

  it('changes nothing where the name is the same', () => li.when(renameCustomer, { customerId, name: 'Li Ming' }).then([]));

  it('is refused for an unknown customer', () =>
    given(Customer, []).when(renameCustomer, { customerId, name: 'Li Mei' }).thenRejected('customer-not-found'));

  it('is refused for a deactivated customer', () =>
    given(Customer, [registered, deactivated]).when(renameCustomer, { customerId, name: 'Li Mei' }).thenRejected('customer-deactivated'));
});

describe('the status of a customer', () => {
  it('tells the status before', () =>
    li.when(changeCustomerStatus, { customerId, status: 'dormant', reason: 'silent for a year' }).then([
      event(CustomerStatusChanged, { customerId, formerStatus: 'active', status: 'dormant', reason: 'silent for a year' }),
    ]));

  it('stays where it is the same', () => li.when(changeCustomerStatus, { customerId, status: 'active' }).then([]));
});

describe('a deactivated customer', () => {
  it('was deactivated with a reason', () => li.when(deactivateCustomer, { customerId, reason: 'moved abroad' }).then([deactivated]));

  it('is not deactivated twice', () =>
    given(Customer, [registered, deactivated]).when(deactivateCustomer, { customerId, reason: 'again' }).then([]));

  it('has its former status again when it is reactivated', () => {
    const dormant = event(CustomerStatusChanged, { customerId, formerStatus: 'active', status: 'dormant' });
    given(Customer, [registered, dormant, deactivated])
      .when(reactivateCustomer, { customerId, reason: 'came back' })
      .then([event(CustomerReactivated, { customerId, status: 'dormant', reason: 'came back' })]);
  });

  it('accepts changes again after it was reactivated', () => {
    const reactivated = event(CustomerReactivated, { customerId, status: 'active', reason: 'came back' });
    given(Customer, [registered, deactivated, reactivated])
      .when(renameCustomer, { customerId, name: 'Li Mei' })
      .then([event(CustomerRenamed, { customerId, name: 'Li Mei' })]);
  });

  it('cannot be made of nobody', () =>
    given(Customer, []).when(deactivateCustomer, { customerId, reason: 'typo' }).thenRejected('customer-not-found'));

  it('is not reactivated where it is active, and not where nobody is registered', () => {
    li.when(reactivateCustomer, { customerId, reason: 'typo' }).then([]);
    given(Customer, []).when(reactivateCustomer, { customerId, reason: 'typo' }).thenRejected('customer-not-found');
  });
});
