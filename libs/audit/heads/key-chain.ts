import { HASH_BYTES } from '../tree/hashes.js';
import { type AuditKey } from './audit-key.js';
import { openHead, sizeIn, type Head } from './head.js';
import { InvalidNote, parseVerifierKey, signatureLine, signedNote, textOfNote, verifierKey, type NoteVerifier } from './signed-note.js';

/** Another key took the place of one, which signed no head after this one. Both say so. */
export interface KeyRotation {
  former: NoteVerifier;
  next: NoteVerifier;
  /** Of the last head of the former key. */
  size: number;
  root: Buffer;
  /** ISO 8601 in UTC. */
  time: string;
  /** The whole as a signed note. */
  note: string;
}

export function signRotation(former: AuditKey, next: AuditKey, { size, root, time }: Pick<KeyRotation, 'size' | 'root' | 'time'>): KeyRotation {
  const text = `${former.name}\nkey rotation\nformer ${verifierKey(former)}\nnext ${verifierKey(next)}\nsize ${size}\nroot ${root.toString('base64')}\ntime ${time}\n`;
  return { former, next, size, root, time, note: signedNote(text, former, former.sign(text)) + signatureLine(next, next.sign(text)) };
}

/** @throws InvalidNote it is no rotation, or one of the two signatures is wrong. */
export function openRotation(note: string): KeyRotation {
  const [, origin, formerKey = '', nextKey = '', size, encoded = '', time = ''] = /^(.+)\nkey rotation\nformer (\S+)\nnext (\S+)\nsize (\d{1,15})\nroot (\S+)\ntime (\S+)\n\n/.exec(note) ?? [];
  const [former, next] = [parseVerifierKey(formerKey), parseVerifierKey(nextKey)];
  const root = Buffer.from(encoded, 'base64');
  if (former.name !== origin || next.name !== origin || root.length !== HASH_BYTES) throw new InvalidNote('It is no rotation of the key of a log.');
  textOfNote(note, former);
  textOfNote(note, next);
  return { former, next, size: Number(size), root, time, note };
}

/** The keys of a log, each for the heads of its time. */
export class KeyChain {
  /** Those that lead to the present key, the first one first. */
  readonly rotations: readonly KeyRotation[];
  /** Those that do not. */
  readonly strangers: readonly KeyRotation[];

  constructor(rotations: readonly KeyRotation[], private readonly present: NoteVerifier) {
    const chain: KeyRotation[] = [];
    const left = new Set(rotations);
    for (let key = verifierKey(present), found: KeyRotation | undefined; (found = [...left].find(({ next, size }) => verifierKey(next) === key && size <= (chain[0]?.size ?? Infinity))); key = verifierKey(found.former)) {
      left.delete(found);
      chain.unshift(found);
    }
    this.rotations = chain;
    this.strangers = [...left];
  }

  /** Whose signature a head of so many events has to have. */
  verifierFor(size: number): NoteVerifier {
    return this.rotations.find((rotation) => size <= rotation.size)?.former ?? this.present;
  }

  /** @throws InvalidNote it is no head of this log, or not signed by the key of its time. */
  open(checkpoint: string): Head {
    return openHead(checkpoint, this.verifierFor(sizeIn(checkpoint) ?? Infinity));
  }
}
