import { aggregate, DomainEvent, Plain } from '#event-sourcing';
import { type Grant } from './user.js';

// Names and fields of events are the storage format: changed only through an upcaster.

/** A machine can show who it is from now on. The key itself is stored nowhere. */
@DomainEvent()
export class KeyIssued {
  /** Begins the key, so that it can be recognised. */
  accesskeyId!: string;
  /** What it is for. */
  @Plain() name!: string;
  /** SHA-256 of the key's secret part, in base64url. */
  @Plain() hash!: string;
  @Plain() grants!: readonly Grant[];
  /** ISO 8601. */
  expiresAt?: string;
}

@DomainEvent()
export class KeyRevoked {
  accesskeyId!: string;
  @Plain() reason?: string;
}

export type KeyState = (Omit<KeyIssued, 'accesskeyId'> & { revoked: boolean }) | null;

export const AccessKey = aggregate<'accesskey', KeyState>('accesskey', null)
  .on(KeyIssued, (_, { accesskeyId: __, ...key }) => ({ ...key, revoked: false }))
  .on(KeyRevoked, (key) => key && { ...key, revoked: true });
