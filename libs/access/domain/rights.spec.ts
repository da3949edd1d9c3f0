import { describe, expect, it } from '@jest/globals';
import { CustomerAssigned, CustomerShared, CustomersMerged, CustomersUnmerged, CustomerUnshared } from '#customers';
import { eventTypeOf, type Class } from '#event-sourcing';
import { TerritoryAssignedToRep } from '#sales';
import { KeyIssued, KeyRevoked } from './access-key.js';
import { Rights } from './rights.js';
import { RoleGranted, RoleRevoked, RolesClaimed } from './user.js';

const NOW = '2026-03-01T12:00:00.000Z';

function after(...events: [Class, object][]): Rights {
  const rights = new Rights();
  for (const [type, data] of events) rights.apply({ type: eventTypeOf(type).name, data });
  return rights;
}

const rolesOf = (rights: Rights, subject: string, now = NOW) => rights.grantsOf(subject, now).map(({ role }) => role);
const assigned = (customerId: string, assignment: object): [Class, object] => [CustomerAssigned, { customerId, assignment }];

describe('the roles of a user', () => {
  it('are those that were granted and not revoked', () => {
    const rights = after([RoleGranted, { userId: 'ada', role: 'sales', place: {} }], [RoleGranted, { userId: 'ada', role: 'service', place: {} }], [RoleRevoked, { userId: 'ada', role: 'sales' }]);
    expect(rolesOf(rights, 'user:ada')).toEqual(['service']);
    expect(rolesOf(rights, 'user:bob')).toEqual([]);
  });

  it('are also those that tokens name, but none that was revoked, until it is granted', () => {
    const claimed: [Class, object] = [RolesClaimed, { userId: 'ada', roles: ['sales', 'service'] }];
    expect(rolesOf(after(claimed), 'user:ada')).toEqual(['sales', 'service']);
    expect(rolesOf(after([RoleRevoked, { userId: 'ada', role: 'sales' }], claimed), 'user:ada')).toEqual(['service']);
    expect(rolesOf(after([RoleRevoked, { userId: 'ada', role: 'sales' }], [RoleGranted, { userId: 'ada', role: 'sales', place: {} }], claimed), 'user:ada')).toEqual(['sales', 'service']);
  });

  it('can be held for several places', () => {
    const rights = after([RoleGranted, { userId: 'ada', role: 'sales', place: { territory: 'north' } }], [RoleGranted, { userId: 'ada', role: 'sales', place: { territory: 'south' } }]);
    expect(rights.grantsOf('user:ada', NOW)).toEqual([{ role: 'sales', territory: 'north' }, { role: 'sales', territory: 'south' }]);
  });
});

describe('the roles of a key', () => {
  const issued = (more: object = {}): [Class, object] => [KeyIssued, { accesskeyId: 'k', name: 'shop', hash: 'h', grants: [{ role: 'sales' }], ...more }];

  it('are those that it was issued with, until it is revoked or has expired', () => {
    expect(rolesOf(after(issued()), 'key:k')).toEqual(['sales']);
    expect(rolesOf(after(issued(), [KeyRevoked, { accesskeyId: 'k' }]), 'key:k')).toEqual([]);
    const expiring = after(issued({ expiresAt: NOW }));
    expect(rolesOf(expiring, 'key:k', '2026-03-01T11:59:59.999Z')).toEqual(['sales']);
    expect(rolesOf(expiring, 'key:k')).toEqual([]);
  });

  it('are nobody else\'s: a user who is called like a key has none of them', () => {
    expect(rolesOf(after(issued()), 'user:k')).toEqual([]);
    expect(rolesOf(after(issued()), 'system')).toEqual([]);
  });
});

describe('the records that a role reaches', () => {
  const rights = after(
    assigned('a', { owner: 'user:ada', team: 'tea', territory: 'north', branch: 'riga' }), assigned('b', { owner: 'user:bob', team: 'tea', territory: 'south' }), assigned('c', { owner: 'user:ada' }),
    assigned('c', { owner: 'user:bob' }), [CustomerShared, { customerId: 'b', sharedWith: 'user:ada' }], [CustomerShared, { customerId: 'a', sharedWith: 'user:eve' }], [CustomerUnshared, { customerId: 'a', sharedWith: 'user:eve' }],
  );
  const reach = (subject: string, grant: object, scope: Parameters<Rights['reach']>[2]) => [...rights.reach(subject, { role: 'x', ...grant }, scope)].sort();

  it.each([
    ['own', {}, ['a']], ['team', { team: 'tea' }, ['a', 'b']], ['territory', { territory: 'south' }, ['a', 'b']], ['branch', { branch: 'riga' }, ['a']],
    ['branch', { branch: 'nowhere' }, ['a']], ['team', {}, ['a']], ['shared', {}, ['b']],
  ] as const)('are, for %s %j, %j', (scope, grant, expected) => expect(reach('user:ada', grant, scope)).toEqual(expected));

  it('are, with a role for a territory, also those in territories that the representative of this id has', () => {
    const given = (territoryId: string, representativeId: string, former?: string): [Class, object] => [TerritoryAssignedToRep, { territoryId, representativeId, ...(former !== undefined && { formerRepresentativeId: former }) }];
    const customers = [assigned('a', { territory: 'north' }), assigned('b', { territory: 'south' }), assigned('c', { territory: 'east' })];
    const seen = (user: string, scope: 'territory' | 'own', ...events: [Class, object][]) => [...(after(...customers, ...events).reach(`user:${user}`, { role: 'x', territory: 'east' }, scope) as Iterable<string>)].sort();
    const [first, second] = [given('north', 'ada'), given('south', 'ada')];
    expect(seen('ada', 'territory', first, second)).toEqual(['a', 'b', 'c']);
    expect(seen('ada', 'own', first, second)).toEqual([]);
    expect([seen('ada', 'territory', first, second, given('north', 'bob', 'ada')), seen('bob', 'territory', first, second, given('north', 'bob', 'ada'))]).toEqual([['b', 'c'], ['a', 'c']]);
  });

  it('that are no longer shared or owned are none', () => {
    expect(reach('user:eve', {}, 'shared')).toEqual([]);
    expect(reach('user:bob', {}, 'own')).toEqual(['b', 'c']);
  });

  it('of merged customers are those of whom they are found in, until each is again its own', () => {
    const owned = [assigned('a', { owner: 'user:ada' }), assigned('b', { owner: 'user:bob' }), assigned('c', { owner: 'user:eve' })];
    const merged = (customerId: string, intoCustomerId: string): [Class, object] => [CustomersMerged, { customerId, intoCustomerId, kind: 'person', name: '', reason: '' }];
    const reached = (events: [Class, object][]) => ['ada', 'bob', 'eve'].map((user) => [...(after(...owned, ...events).reach(`user:${user}`, { role: 'x' }, 'own') as Iterable<string>)].sort());
    expect(reached([merged('a', 'b')])).toEqual([[], ['a', 'b'], ['c']]);
    const both = [merged('a', 'b'), merged('b', 'c')];
    expect(reached(both)).toEqual([[], [], ['a', 'b', 'c']]);
    const found = after(...owned, ...both).reach('user:eve', { role: 'x' }, 'own');
    expect(found).toMatchObject({ size: 3 });
    expect(['a', 'b', 'c', 'd'].map((id) => found !== 'all' && found.has(id))).toEqual([true, true, true, false]);
    expect(reached([...both, [CustomersUnmerged, { customerId: 'a', intoCustomerId: 'b', status: 'active', reason: '' }]])).toEqual([['a'], [], ['b', 'c']]);
  });

  it('are all, where the role says so', () => expect(rights.reach('user:eve', { role: 'x' }, 'all')).toBe('all'));
});
