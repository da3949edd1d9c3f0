import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, Matches } from 'class-validator';
import { Command, decide, event, invalid, notFound, wrongState } from '#event-sourcing';
import { factsOf, IsMoment, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { AccessKey, KeyIssued, KeyRevoked } from '../domain/access-key.js';
import { IsRoleName, PlaceFields } from './fields.js';

const KEY_ID = { message: '$property must be 1 to 32 lower case letters and digits' };

@Command({ summary: 'Lets a machine in that shows a key; only the hash of its secret is told and kept.', allow: [] })
export class IssueKey extends PlaceFields {
  @Matches(/^[a-z0-9]{1,32}$/, KEY_ID) accesskeyId!: string;
  /** What it is for. */
  @IsText(100) name!: string;
  /** SHA-256 of the secret, 32 random bytes in base64url, as base64url. */
  @Matches(/^[A-Za-z0-9_-]{43}$/, { message: '$property must be a SHA-256 in base64url: 43 characters' }) hash!: string;
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(20) @IsRoleName({ each: true }) roles!: string[];
  @IsOptional() @IsMoment() expiresAt?: string;
}

export const issueKey = decide(AccessKey, IssueKey, (command, key, { now }) => {
  const { accesskeyId, name, hash, roles, expiresAt, ...place } = factsOf(command);
  if (key) throw wrongState('key-exists', `There was a key ${accesskeyId} before; take another id.`);
  const expires = expiresAt === undefined ? undefined : new Date(expiresAt).toISOString();
  if (expires !== undefined && expires <= now) throw invalid('key-expired', 'expiresAt must lie in the future.');
  return event(KeyIssued, { accesskeyId, name, hash, grants: roles.map((role) => ({ role, ...place })), ...(expires !== undefined && { expiresAt: expires }) });
});

@Command({ summary: 'Shuts a key out, within a second and for good.', allow: [] })
export class RevokeKey {
  @Matches(/^[a-z0-9]{1,32}$/, KEY_ID) accesskeyId!: string;
  @IsOptional() @IsText(500) reason?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const revokeKey = decide(AccessKey, RevokeKey, (command, key) => {
  if (!key) throw notFound('key-not-found', `There is no key ${command.accesskeyId}. The view keys lists them.`);
  return key.revoked ? [] : event(KeyRevoked, factsOf(command));
});
