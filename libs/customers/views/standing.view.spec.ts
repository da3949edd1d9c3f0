import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { CustomerRenamed } from '../domain/customer.js';
import {
  CustomerBlacklisted, CustomerRemovedFromBlacklist, KeyAccountDesignated, KeyAccountReleased, PartyRoleGranted, PartyRoleRevoked,
} from '../domain/standing.js';
import { blacklist } from './blacklist.view.js';
import { keyAccounts } from './key-accounts.view.js';
import { partyDirectory } from './party-directory.view.js';

const NOON = '2026-01-05T12:00:00.000Z';
const LATER = '2026-02-01T08:00:00.000Z';
const customerId = 'c1';
const name = 'Xinhua Sugar';
const renamed = event(CustomerRenamed, { customerId, name: 'New Sugar' });

describe('the party directory', () => {
  const supplier = event(PartyRoleGranted, { customerId, name, role: 'supplier' });
  const agent = recorded(event(PartyRoleGranted, { customerId, name, role: 'agent' }), { position: 2, occurredAt: LATER });

  it('shows each role since when it is held', () =>
    given(partyDirectory, [supplier, agent]).then(customerId, { name, roles: [{ role: 'supplier', since: NOON }, { role: 'agent', since: LATER }] }));

  it('drops a revoked role, and with the last one the party', () => {
    const revoked = event(PartyRoleRevoked, { customerId, role: 'supplier' });
    given(partyDirectory, [supplier, agent, revoked]).then(customerId, { name, roles: [{ role: 'agent', since: LATER }] });
    given(partyDirectory, [supplier, revoked]).then(customerId, undefined);
  });

  it('shows the present name, and nobody without a role', () => {
    given(partyDirectory, [supplier, renamed]).then(customerId, { name: 'New Sugar', roles: [{ role: 'supplier', since: NOON }] });
    given(partyDirectory, [renamed]).then(customerId, undefined);
  });
});

describe('the key accounts', () => {
  const designated = event(KeyAccountDesignated, { customerId, name, reason: 'a third of our revenue', evidenceEventIds: ['e1'] });
  const row = { name, since: NOON, reason: 'a third of our revenue', evidenceEventIds: ['e1'], designatedBy: 'tester' };

  it('show the reason, the evidence and who decided', () => given(keyAccounts, [designated]).then(customerId, row));

  it('show the present name', () => {
    given(keyAccounts, [designated, renamed]).then(customerId, { ...row, name: 'New Sugar' });
    given(keyAccounts, [renamed]).then(customerId, undefined);
  });

  it('drop a released one', () =>
    given(keyAccounts, [designated, event(KeyAccountReleased, { customerId, reason: 'left', evidenceEventIds: [] })]).then(customerId, undefined));
});

describe('the blacklist', () => {
  const listed = event(CustomerBlacklisted, { customerId, name, reason: 'does not pay' });
  const row = { name, since: NOON, reason: 'does not pay', listedBy: 'tester' };

  it('shows the reason and who decided', () => given(blacklist, [listed]).then(customerId, row));

  it('shows the present name', () => {
    given(blacklist, [listed, renamed]).then(customerId, { ...row, name: 'New Sugar' });
    given(blacklist, [renamed]).then(customerId, undefined);
  });

  it('drops who was removed', () => given(blacklist, [listed, event(CustomerRemovedFromBlacklist, { customerId, reason: 'paid' })]).then(customerId, undefined));
});
