import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { CustomerAssigned } from '../domain/assignment.js';
import { Customer, CustomerRegistered } from '../domain/customer.js';
import { putCustomerInTerritory, takeCustomerOutOfTerritory } from './assignment.js';

const customerId = 'c1';
const registered = event(CustomerRegistered, { customerId, kind: 'person', name: 'Li Wei', status: 'active' });
const assigned = event(CustomerAssigned, { customerId, assignment: { owner: 'user:mei', territory: 'north' } });

const moved = event(CustomerAssigned, { customerId, assignment: { owner: 'user:mei', territory: 'south' }, formerTerritory: 'north' });

describe('a customer in a territory', () => {
  it('keeps its owner when the territory changes, and when it has left', () => {
    given(Customer, [registered, assigned]).when(putCustomerInTerritory, { customerId, territory: 'south' }).then([moved]);
    given(Customer, [registered, assigned]).when(takeCustomerOutOfTerritory, { customerId, territory: 'north' }).then([event(CustomerAssigned, { customerId, assignment: { owner: 'user:mei' }, formerTerritory: 'north' })]);
  });

  it('is taken from the territory that was named, and from no other', () => {
    given(Customer, [registered, assigned]).when(putCustomerInTerritory, { customerId, territory: 'south', from: 'north' }).then([moved]);
    given(Customer, [registered, assigned, moved]).when(putCustomerInTerritory, { customerId, territory: 'east', from: 'north' }).thenRejected('customer-elsewhere');
    given(Customer, [registered]).when(putCustomerInTerritory, { customerId, territory: 'east', from: 'north' }).thenRejected('customer-elsewhere');
  });

  it('is left alone where it is there already, or gone from there', () => {
    given(Customer, [registered, assigned]).when(putCustomerInTerritory, { customerId, territory: 'north' }).then([]);
    given(Customer, [registered, assigned]).when(takeCustomerOutOfTerritory, { customerId, territory: 'south' }).then([]);
    given(Customer, []).when(putCustomerInTerritory, { customerId, territory: 'north' }).thenRejected('customer-not-found');
  });
});
