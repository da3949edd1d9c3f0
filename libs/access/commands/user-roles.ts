import { isDeepStrictEqual } from 'node:util';
import { ArrayMaxSize, IsArray, IsOptional } from 'class-validator';
import { Command, decide, event, notFound } from '#event-sourcing';
import { factsOf, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { isSame, noRoles, RoleGranted, RoleRevoked, RolesClaimed, rolesOf, User } from '../domain/user.js';
import { IsRoleName, IsUserId, PlaceFields } from './fields.js';

@Command({ summary: 'Gives a user a role, for a team, territory or branch where the role is about such.', allow: [] })
export class GrantRole extends PlaceFields {
  @IsUserId() userId!: string;
  @IsRoleName() role!: string;
  @IsOptional() @IsText(500) reason?: string;
}

export const grantRole = decide(User, GrantRole, (command, { grants, revoked }) => {
  const { userId, role, reason, ...place } = factsOf(command);
  const isHeld = grants.some((grant) => isSame(grant, { role, ...place })) && !revoked.includes(role);
  return isHeld ? [] : event(RoleGranted, { userId, role, place, ...(reason !== undefined && { reason }) });
});

@Command({ summary: 'Takes a role from a user, also one that their tokens name.', allow: [] })
export class RevokeRole {
  @IsUserId() userId!: string;
  @IsRoleName() role!: string;
  @IsOptional() @IsText(500) reason?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const revokeRole = decide(User, RevokeRole, (command, user) => {
  if (isDeepStrictEqual(user, noRoles)) throw notFound('user-not-found', `Nobody called ${command.userId} has ever held a role; check the name. GET /views/users lists who does.`);
  const isHeld = rolesOf(user).some(({ role }) => role === command.role);
  return isHeld ? event(RoleRevoked, factsOf(command)) : [];
});

@Command({ summary: 'Records the roles that the token of a user names; the server sends it when they change.', allow: [] })
export class ClaimRoles {
  @IsUserId() userId!: string;
  @IsArray() @ArrayMaxSize(50) @IsRoleName({ each: true }) roles!: string[];
}

export const claimRoles = decide(User, ClaimRoles, (command, { claimed }) =>
  isDeepStrictEqual(claimed, command.roles) ? [] : event(RolesClaimed, factsOf(command)),
);
