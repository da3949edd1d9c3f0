import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';

/** Signature type Ed25519 of C2SP signed notes. */
const ED25519 = 1;
const KEY_ID_BYTES = 4;
/** Before the 32 bytes of an Ed25519 public key in its usual DER form. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** A public key that signatures of notes are checked with. */
export interface NoteVerifier {
  /** Who signs; of a log its origin. */
  name: string;
  publicKey: KeyObject;
}

/** A note that is not signed by the key that it should be signed by, or is none. */
export class InvalidNote extends Error {
  override readonly name = 'InvalidNote';
}

/** The note: the text, which ends with a line break, and its signature below (C2SP signed-note). */
export function signedNote(text: string, signer: NoteVerifier, signature: Buffer): string {
  return `${text}\n${signatureLine(signer, signature)}`;
}

/** A signature as it stands below the text; more of them may follow one another. */
export function signatureLine({ name, publicKey }: NoteVerifier, signature: Buffer): string {
  return `— ${name} ${Buffer.concat([keyId(name, publicKey), signature]).toString('base64')}\n`;
}

/** The text of a note, once its signature is found right. Signatures of others are passed over. @throws InvalidNote */
export function textOfNote(note: string, { name, publicKey }: NoteVerifier): string {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new InvalidNote('It is no signed note: a text, an empty line and signatures.');
  const text = note.slice(0, end + 1);
  const id = keyId(name, publicKey);
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [dash, signer, encoded = ''] = line.split(' ');
    const bytes = Buffer.from(encoded, 'base64');
    if (dash !== '—' || signer !== name || !bytes.subarray(0, KEY_ID_BYTES).equals(id)) continue;
    if (verify(null, Buffer.from(text), publicKey, bytes.subarray(KEY_ID_BYTES))) return text;
    throw new InvalidNote(`The signature of ${name} does not fit the text.`);
  }
  throw new InvalidNote(`It is not signed by ${verifierKey({ name, publicKey })}.`);
}

/** The public key as C2SP tools take it: name, key id and key. */
export function verifierKey({ name, publicKey }: NoteVerifier): string {
  const key = Buffer.concat([Buffer.of(ED25519), rawPublicKey(publicKey)]).toString('base64');
  return `${name}+${keyId(name, publicKey).toString('hex')}+${key}`;
}

/** @throws InvalidNote it is no such key. */
export function parseVerifierKey(text: string): NoteVerifier {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (name === undefined || bytes[0] !== ED25519 || bytes.length !== 33) throw new InvalidNote(`"${text}" is no public key of the form name+id+key.`);
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes.subarray(1)]), format: 'der', type: 'spki' });
  if (keyId(name, publicKey).toString('hex') !== id) throw new InvalidNote(`The id in "${text}" does not fit its name and key.`);
  return { name, publicKey };
}

export function rawPublicKey(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}

function keyId(name: string, publicKey: KeyObject): Buffer {
  const hash = createHash('sha256').update(`${name}\n`).update(Buffer.of(ED25519)).update(rawPublicKey(publicKey));
  return hash.digest().subarray(0, KEY_ID_BYTES);
}
