import { type Clock, type DocumentStore, type EventStore, type Log } from '#event-sourcing';
import { Audit } from './audit.js';
import { AuditKey } from './heads/audit-key.js';
import { HeadFolder, HeadsInMemory } from './heads/kept-heads.js';

/** Where the key and the heads are, and who else is told of heads. */
export interface AuditPlaces {
  /** File of the private key; absent: a key that lasts as long as the process. */
  keyFile?: string;
  /** Folder of the heads; absent: they are gone with the process. */
  headsFolder?: string;
  witnessUrl?: string;
}

export interface AuditSurroundings {
  events: EventStore;
  documents: DocumentStore;
  clock?: Clock;
  log?: Log;
}

/**
 * The transparency log over these stores; a missing key is made.
 * @throws UnusableAuditKey
 */
export function openAudit({ keyFile, headsFolder, witnessUrl }: AuditPlaces, surroundings: AuditSurroundings): Audit {
  // A new key beside old heads would hide that nobody can check those any more.
  const key = keyFile === undefined ? AuditKey.inMemory() : AuditKey.inFile(keyFile, headsFolder === undefined || HeadFolder.isEmpty(headsFolder));
  const heads = headsFolder === undefined ? new HeadsInMemory() : new HeadFolder(headsFolder, key);
  return new Audit({ ...surroundings, key, heads, witnessUrl });
}
