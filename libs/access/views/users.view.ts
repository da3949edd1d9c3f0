import { view } from '#event-sourcing';
import { granted, noRoles, revoked, RoleGranted, RoleRevoked, RolesClaimed, type UserState } from '../domain/user.js';

export const users = view<UserState>('users', {
  version: 1, summary: 'Who holds which roles: those that were granted, and those that tokens name.', allow: [], personal: [], record: null, indexes: [{ 'grants.role': 1 }],
})
  .key(({ data }) => data['userId'])
  .on(RoleGranted, (user = noRoles, { data }) => granted(user, data))
  .on(RoleRevoked, (user = noRoles, { data }) => revoked(user, data))
  .on(RolesClaimed, (user = noRoles, { data: { roles } }) => ({ ...user, claimed: roles }));
