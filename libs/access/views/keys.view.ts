import { view } from '#event-sourcing';
import { KeyIssued, KeyRevoked } from '../domain/access-key.js';
import { type Grant } from '../domain/user.js';

export interface KeyRow {
  /** How the key begins. */
  prefix: string;
  name: string;
  grants: readonly Grant[];
  issuedAt: string;
  issuedBy: string;
  expiresAt?: string;
  revokedAt?: string;
  revokedBy?: string;
  reason?: string;
}

export const keys = view<KeyRow>('keys', { version: 1, summary: 'The keys of machines, how each begins, and what it may do.', allow: [], personal: [], record: null })
  .key(({ data }) => data['accesskeyId'])
  .on(KeyIssued, (_, { data: { accesskeyId, hash: __, ...key }, recordedAt, metadata }) => ({ prefix: `gx_${accesskeyId}_`, ...key, issuedAt: recordedAt, issuedBy: metadata.actor }))
  .on(KeyRevoked, (row, { data: { reason }, recordedAt, metadata }) => row && { ...row, revokedAt: recordedAt, revokedBy: metadata.actor, ...(reason !== undefined && { reason }) });
