import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { CustomerDeactivated, CustomerReactivated, CustomerRegistered, CustomerRenamed, CustomerStatusChanged } from '../domain/customer.js';
import { CustomerReparented, ParentCustomerAssigned, ParentCustomerRemoved } from '../domain/hierarchy.js';
import { CustomerLocated } from '../domain/reach.js';
import {
  CustomerBlacklisted, CustomerRemovedFromBlacklist, KeyAccountDesignated, KeyAccountReleased, PartyRoleGranted, PartyRoleRevoked,
} from '../domain/standing.js';
import { customersView, type CustomerRow } from './customers.view.js';

const NOON = '2026-01-05T12:00:00.000Z';
const customerId = 'c1';
const name = 'Xinhua SUGAR';
const registered = event(CustomerRegistered, { customerId, kind: 'organisation', name, status: 'prospect' });
const row: CustomerRow = {
  name, searchName: 'xinhua sugar', kind: 'organisation', status: 'prospect', since: NOON, roles: [], keyAccount: false, blacklisted: false,
};

describe('the list of customers', () => {
  it('has a registered customer since it was one in business time', () => {
    given(customersView, [registered]).then(customerId, row);
    given(customersView, [recorded(registered, { occurredAt: '2001-05-01T00:00:00.000Z' })]).then(customerId, { ...row, since: '2001-05-01T00:00:00.000Z' });
  });

  it('is searched by the present name in lower case', () =>
    given(customersView, [registered, event(CustomerRenamed, { customerId, name: 'ÖL Werke' })])
      .then(customerId, { ...row, name: 'ÖL Werke', searchName: 'öl werke' }));

  it('survives the name of an erased person', () => {
    const erased = recorded(registered);
    given(customersView, [{ ...erased, data: { ...erased.data, name: null as unknown as string } }])
      .then(customerId, { ...row, name: null as unknown as string, searchName: '' });
  });

  it('shows the status, and the former one after a reactivation', () => {
    const active = event(CustomerStatusChanged, { customerId, formerStatus: 'prospect', status: 'active' });
    const gone = event(CustomerDeactivated, { customerId, reason: 'closed' });
    given(customersView, [registered, active]).then(customerId, { ...row, status: 'active' });
    given(customersView, [registered, active, gone]).then(customerId, { ...row, status: 'deactivated' });
    given(customersView, [registered, active, gone, event(CustomerReactivated, { customerId, status: 'active', reason: 'open again' })])
      .then(customerId, { ...row, status: 'active' });
  });

  it('shows the last place, without leftovers of the one before', () =>
    given(customersView, [
      registered,
      event(CustomerLocated, { customerId, country: 'CN', region: 'Guangxi', city: 'Nanning' }),
      event(CustomerLocated, { customerId, country: 'DE' }),
    ]).then(customerId, { ...row, country: 'DE' }));

  it('shows roles, key account and blacklist as long as they hold', () => {
    const raised = [
      registered,
      event(PartyRoleGranted, { customerId, name, role: 'supplier' }),
      event(PartyRoleGranted, { customerId, name, role: 'agent' }),
      event(KeyAccountDesignated, { customerId, name, reason: 'big', evidenceEventIds: [] }),
      event(CustomerBlacklisted, { customerId, name, reason: 'does not pay' }),
    ];
    given(customersView, raised).then(customerId, { ...row, roles: ['supplier', 'agent'], keyAccount: true, blacklisted: true });
    given(customersView, [
      ...raised,
      event(PartyRoleRevoked, { customerId, role: 'supplier' }),
      event(KeyAccountReleased, { customerId, reason: 'small', evidenceEventIds: [] }),
      event(CustomerRemovedFromBlacklist, { customerId, reason: 'paid' }),
    ]).then(customerId, { ...row, roles: ['agent'] });
  });

  it('shows the present parent', () => {
    const assigned = event(ParentCustomerAssigned, { customerId, parentId: 'a' });
    const moved = event(CustomerReparented, { customerId, formerParentId: 'a', parentId: 'b' });
    given(customersView, [registered, assigned]).then(customerId, { ...row, parentId: 'a' });
    given(customersView, [registered, assigned, moved]).then(customerId, { ...row, parentId: 'b' });
    given(customersView, [registered, assigned, moved, event(ParentCustomerRemoved, { customerId, parentId: 'b' })]).then(customerId, row);
  });

  it('has only those who were registered', () =>
    expect(given(customersView, [event(CustomerRenamed, { customerId, name }), event(ParentCustomerAssigned, { customerId, parentId: 'a' })]).rows().size).toBe(0));
});
