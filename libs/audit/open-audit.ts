import { type Clock, type DocumentStore, type EventStore, type Log } from '#event-sourcing';
import { Audit } from './audit.js';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditKey, dismissWaiting, takePlace } from './heads/audit-key.js';
import { HeadFolder, HeadsInMemory } from './heads/kept-heads.js';
import { verifierKey } from './heads/signed-note.js';

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
  if (keyFile !== undefined && headsFolder !== undefined) finishRotation(keyFile, headsFolder);
  // A new key beside old heads would hide that nobody can check those any more.
  const key = keyFile === undefined ? AuditKey.inMemory() : AuditKey.inFile(keyFile, headsFolder === undefined || HeadFolder.isEmpty(headsFolder));
  const heads = headsFolder === undefined ? new HeadsInMemory(key) : new HeadFolder(headsFolder, key);
  return new Audit({ ...surroundings, key, heads, witnessUrl, keyFile });
}

/** A rotation that was interrupted counts once both keys have signed it; before that it never was. */
function finishRotation(keyFile: string, headsFolder: string): void {
  const waiting = AuditKey.waitingAt(keyFile);
  if (!waiting) return;
  const files = existsSync(headsFolder) ? readdirSync(headsFolder).filter((name) => name.endsWith('.rotation')) : [];
  const isSigned = files.some((name) => readFileSync(join(headsFolder, name), 'utf8').includes(`\nnext ${verifierKey(waiting)}\n`));
  if (isSigned) takePlace(keyFile);
  else dismissWaiting(keyFile);
}
