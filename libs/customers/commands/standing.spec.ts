import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { Customer, CustomerRegistered, CustomerRenamed } from '../domain/customer.js';
import {
  CustomerBlacklisted, CustomerRemovedFromBlacklist, KeyAccountDesignated, KeyAccountReleased, PartyRoleGranted, PartyRoleRevoked,
} from '../domain/standing.js';
import {
  blacklistCustomer, designateKeyAccount, grantPartyRole, releaseKeyAccount, removeCustomerFromBlacklist, revokePartyRole,
} from './standing.js';

const customerId = 'c1';
const name = 'Xinhua Sugar';
const registered = event(CustomerRegistered, { customerId, kind: 'organisation', name, status: 'active' });
const customer = given(Customer, [registered]);
const nobody = given(Customer, []);

describe('party roles', () => {
  const supplier = event(PartyRoleGranted, { customerId, name, role: 'supplier' });

  it('are granted once, under the name of the day', () => {
    customer.when(grantPartyRole, { customerId, role: 'supplier' }).then([supplier]);
    given(Customer, [registered, supplier]).when(grantPartyRole, { customerId, role: 'supplier' }).then([]);
    given(Customer, [registered, event(CustomerRenamed, { customerId, name: 'New Sugar' })])
      .when(grantPartyRole, { customerId, role: 'agent' }).then([event(PartyRoleGranted, { customerId, name: 'New Sugar', role: 'agent' })]);
  });

  it('are revoked where they are held', () => {
    given(Customer, [registered, supplier]).when(revokePartyRole, { customerId, role: 'supplier', reason: 'contract ended' })
      .then([event(PartyRoleRevoked, { customerId, role: 'supplier', reason: 'contract ended' })]);
    customer.when(revokePartyRole, { customerId, role: 'supplier' }).then([]);
    nobody.when(revokePartyRole, { customerId, role: 'supplier' }).thenRejected('customer-not-found');
  });
});

describe('the blacklist', () => {
  const listed = event(CustomerBlacklisted, { customerId, name, reason: 'does not pay' });
  const removed = event(CustomerRemovedFromBlacklist, { customerId, reason: 'paid' });

  it('takes a customer once, with a reason', () => {
    customer.when(blacklistCustomer, { customerId, reason: 'does not pay' }).then([listed]);
    given(Customer, [registered, listed]).when(blacklistCustomer, { customerId, reason: 'still does not pay' }).then([]);
    nobody.when(blacklistCustomer, { customerId, reason: 'does not pay' }).thenRejected('customer-not-found');
  });

  it('lets a customer go with a reason, and takes it again', () => {
    given(Customer, [registered, listed]).when(removeCustomerFromBlacklist, { customerId, reason: 'paid' }).then([removed]);
    customer.when(removeCustomerFromBlacklist, { customerId, reason: 'paid' }).then([]);
    given(Customer, [registered, listed, removed]).when(blacklistCustomer, { customerId, reason: 'does not pay' }).then([listed]);
  });
});

describe('key accounts', () => {
  const designated = event(KeyAccountDesignated, { customerId, name, reason: 'a third of our revenue', evidenceEventIds: ['e1', 'e2'] });

  it('are designated with a reason and the events that speak for it', () => {
    customer.when(designateKeyAccount, { customerId, reason: 'a third of our revenue', evidenceEventIds: ['e1', 'e2'] }).then([designated]);
    given(Customer, [registered, designated]).when(designateKeyAccount, { customerId, reason: 'again' }).then([]);
  });

  it('are released', () => {
    given(Customer, [registered, designated]).when(releaseKeyAccount, { customerId, reason: 'went to a rival' })
      .then([event(KeyAccountReleased, { customerId, reason: 'went to a rival', evidenceEventIds: [] })]);
    customer.when(releaseKeyAccount, { customerId, reason: 'typo' }).then([]);
    nobody.when(designateKeyAccount, { customerId, reason: 'typo' }).thenRejected('customer-not-found');
  });
});
