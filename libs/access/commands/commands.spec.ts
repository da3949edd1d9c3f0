import { describe, expect, it } from '@jest/globals';
import { eventTypeOf } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { faultsIn } from '#event-sourcing/validation/testing';
import { event } from '#event-sourcing';
import { access } from '../context.js';
import { AccessKey, KeyIssued, KeyRevoked } from '../domain/access-key.js';
import { Role, RoleDefined } from '../domain/role.js';
import { RoleGranted, RoleRevoked, RolesClaimed, User } from '../domain/user.js';
import { defineRole } from './define-role.js';
import { issueKey, IssueKey, revokeKey } from './keys.js';
import { claimRoles, GrantRole, grantRole, revokeRole } from './user-roles.js';

const hash = 'x'.repeat(43);
const issued = event(KeyIssued, { accesskeyId: 'shop', name: 'Shop', hash, grants: [{ role: 'sales' }] });
const grantOf = (role: string, place = {}) => event(RoleGranted, { userId: 'ada', role, place });

describe('the context of access', () => {
  it('folds each of its events in one of its aggregates', () => {
    expect(access.aggregates.flatMap((aggregate) => aggregate.eventTypes().map(({ name }) => name)).sort()).toEqual(access.events.map((type) => eventTypeOf(type).name).sort());
  });
});

describe('a role', () => {
  const definition = { basedOn: [], commands: [], views: ['customers'], areas: [], personal: false, records: 'own' as const };

  it('shows nothing personal and allows nothing, unless it says so', () => {
    given(Role, []).when(defineRole, { roleId: 'x', views: ['customers'], records: 'own' }).then([event(RoleDefined, { roleId: 'x', definition })]);
  });

  it('defined as it is already changes nothing', () => {
    given(Role, [event(RoleDefined, { roleId: 'x', definition })]).when(defineRole, { roleId: 'x', views: ['customers'], records: 'own' }).then([]);
  });
});

describe('a user', () => {
  it('is granted a role once for each place', () => {
    given(User, [grantOf('sales')]).when(grantRole, { userId: 'ada', role: 'sales' }).then([]);
    given(User, [grantOf('sales')]).when(grantRole, { userId: 'ada', role: 'sales', team: 'tea' }).then([grantOf('sales', { team: 'tea' })]);
  });

  it('loses a role that was granted or that tokens name, and no other', () => {
    const taken = [event(RoleRevoked, { userId: 'ada', role: 'sales' })];
    given(User, [grantOf('sales')]).when(revokeRole, { userId: 'ada', role: 'sales' }).then(taken);
    given(User, [event(RolesClaimed, { userId: 'ada', roles: ['sales'] })]).when(revokeRole, { userId: 'ada', role: 'sales' }).then(taken);
    given(User, [grantOf('sales')]).when(revokeRole, { userId: 'ada', role: 'manager' }).then([]);
    given(User, []).when(revokeRole, { userId: 'ada', role: 'sales' }).thenRejected('user-not-found');
  });

  it('claims roles when they are others than before', () => {
    given(User, [event(RolesClaimed, { userId: 'ada', roles: ['sales'] })]).when(claimRoles, { userId: 'ada', roles: ['sales'] }).then([]);
    given(User, []).when(claimRoles, { userId: 'ada', roles: ['sales'] }).then([event(RolesClaimed, { userId: 'ada', roles: ['sales'] })]);
  });

  it.each(['', 'a b', 'a\n', 'x'.repeat(201), 'é'])('is not called %j', (userId) => expect(faultsIn(GrantRole, { userId, role: 'sales' })).toContain('userId'));
});

describe('a key', () => {
  it('is issued once under its id, and not for the past', () => {
    given(AccessKey, []).when(issueKey, { accesskeyId: 'shop', name: 'Shop', hash, roles: ['sales'] }).then([issued]);
    given(AccessKey, [issued]).when(issueKey, { accesskeyId: 'shop', name: 'Shop', hash, roles: ['sales'] }).thenRejected('key-exists');
    given(AccessKey, []).when(issueKey, { accesskeyId: 'shop', name: 'Shop', hash, roles: ['sales'], expiresAt: '2020-01-01T00:00:00Z' }).thenRejected('key-expired');
  });

  it('is revoked once and for good', () => {
    const revoked = event(KeyRevoked, { accesskeyId: 'shop', reason: 'lost' });
    given(AccessKey, [issued]).when(revokeKey, { accesskeyId: 'shop', reason: 'lost' }).then([revoked]);
    given(AccessKey, [issued, revoked]).when(revokeKey, { accesskeyId: 'shop' }).then([]);
    given(AccessKey, []).when(revokeKey, { accesskeyId: 'shop' }).thenRejected('key-not-found');
  });

  it('needs a hash and a role', () => {
    expect(faultsIn(IssueKey, { accesskeyId: 'shop', name: 'Shop', hash: 'secret', roles: [] })).toEqual(expect.arrayContaining(['hash', 'roles']));
  });
});
