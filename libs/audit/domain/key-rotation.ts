import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Heads are signed with another key from now on. */
@DomainEvent()
export class AuditKeyRotated {
  /** Public keys: name, key id and Ed25519 key. */
  @Plain() formerKey!: string;
  @Plain() key!: string;
  /** Events of the last head that the former key signed. */
  size!: number;
  /** What both keys signed of this. */
  @Plain() note!: string;
}

/** The keys that heads of this log were signed with, the first one first. */
export const AuditKeys = aggregate<'auditkeys', readonly string[]>('auditkeys', [])
  .on(AuditKeyRotated, (keys, { formerKey, key }) => [...(keys.length > 0 ? keys : [formerKey]), key]);
