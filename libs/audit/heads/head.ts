import { type Position } from '#event-sourcing';
import { HASH_BYTES } from '../tree/hashes.js';
import { type AuditKey } from './audit-key.js';
import { InvalidNote, signedNote, textOfNote, type NoteVerifier } from './signed-note.js';

/** A signed tree head: at that time the log had so many events and this root. */
export interface Head {
  size: number;
  root: Buffer;
  /** Of the last event; 0 where there is none. */
  position: Position;
  /** When it was signed, ISO 8601 in UTC. */
  time: string;
  /** The whole as a C2SP checkpoint: origin, size, root, position and time, and the signature. */
  checkpoint: string;
}

export function signHead(key: AuditKey, { size, root, position, time }: Omit<Head, 'checkpoint'>): Head {
  const text = `${key.name}\n${size}\n${root.toString('base64')}\nposition ${position}\ntime ${time}\n`;
  return { size, root, position, time, checkpoint: signedNote(text, key, key.sign(text)) };
}

/** How many events a head says that the log has, whether that is signed or not; undefined where it is none. */
export function sizeIn(checkpoint: string): number | undefined {
  const size = /^.+\n(\d{1,15})\n/.exec(checkpoint)?.[1];
  return size === undefined ? undefined : Number(size);
}

/** @throws InvalidNote it is not a head of this log, or its signature is wrong. */
export function openHead(checkpoint: string, verifier: NoteVerifier): Head {
  const text = textOfNote(checkpoint, verifier);
  const [, origin, size, root = '', position, time = ''] = /^(.+)\n(\d{1,15})\n(\S+)\nposition (\d{1,16})\ntime (\S+)\n$/.exec(text) ?? [];
  const hash = Buffer.from(root, 'base64');
  if (origin !== verifier.name || hash.length !== HASH_BYTES) throw new InvalidNote('It is signed, and is no head of this log.');
  return { size: Number(size), root: hash, position: Number(position), time, checkpoint };
}
