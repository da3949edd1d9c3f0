import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Where a role is held, for roles whose records are those of a team, territory or branch. */
export interface Place {
  team?: string;
  territory?: string;
  branch?: string;
}

export interface Grant extends Place {
  role: string;
}

/** Users are named as tokens name them: by their subject. */
@DomainEvent()
export class RoleGranted {
  userId!: string;
  @Plain() role!: string;
  @Plain() place!: Place;
  @Plain() reason?: string;
}

/** The user does not hold the role any more, wherever it was held, and whatever tokens say. */
@DomainEvent()
export class RoleRevoked {
  userId!: string;
  @Plain() role!: string;
  @Plain() reason?: string;
}

/** A token named other roles than the one before: so the identity provider says. */
@DomainEvent()
export class RolesClaimed {
  userId!: string;
  @Plain() roles!: readonly string[];
}

export interface UserState {
  grants: readonly Grant[];
  /** What the last token named. */
  claimed: readonly string[];
  /** Roles that claims do not give, since they were revoked. */
  revoked: readonly string[];
}

export const noRoles: UserState = { grants: [], claimed: [], revoked: [] };

export const granted = (user: UserState, { role, place }: Pick<RoleGranted, 'role' | 'place'>): UserState => ({
  ...user, grants: [...user.grants.filter((grant) => !isSame(grant, { role, ...place })), { role, ...place }], revoked: user.revoked.filter((each) => each !== role),
});

export const revoked = (user: UserState, { role }: Pick<RoleRevoked, 'role'>): UserState => ({
  ...user, grants: user.grants.filter((grant) => grant.role !== role), revoked: [...user.revoked.filter((each) => each !== role), role],
});

export const isSame = (one: Grant, other: Grant): boolean => one.role === other.role && one.team === other.team && one.territory === other.territory && one.branch === other.branch;

/** The roles that a user has: those that were granted, and those that tokens name and nobody revoked. */
export function rolesOf({ grants, claimed, revoked }: UserState): readonly Grant[] {
  return [...grants, ...claimed.filter((role) => !revoked.includes(role) && !grants.some((grant) => grant.role === role)).map((role) => ({ role }))];
}

export const User = aggregate<'user', UserState>('user', noRoles)
  .on(RoleGranted, granted)
  .on(RoleRevoked, revoked)
  .on(RolesClaimed, (user, { roles }) => ({ ...user, claimed: roles }));
