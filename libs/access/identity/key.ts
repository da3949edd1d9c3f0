import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How a key looks. */
export const KEY_FORM = /^gx_([a-z0-9]{1,32})_([A-Za-z0-9_-]{43})$/;
const ID_ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const ID_LENGTH = 12;
const SECRET_BYTES = 32;

/** A key as it is shown once: an id to recognise it by, and a secret of 256 random bits. */
export interface Key {
  id: string;
  secret: string;
}

export function newKey(id = randomId()): Key {
  return { id, secret: randomBytes(SECRET_BYTES).toString('base64url') };
}

export const keyText = ({ id, secret }: Key): string => `gx_${id}_${secret}`;

/** @returns undefined where the text has not the form of a key. */
export function keyFrom(text: string): Key | undefined {
  const [, id, secret] = KEY_FORM.exec(text) ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : undefined;
}

/** What is stored of a key. Its secret is random, so a plain hash cannot be searched. */
export const hashOf = ({ secret }: Key): string => hash('sha256', secret, 'base64url');

/** Compares in constant time; a key that is unknown takes as long as one that is wrong. */
export function isKey(key: Key, storedHash: string | undefined): boolean {
  const [shown, stored] = [Buffer.from(hashOf(key)), Buffer.from(storedHash ?? NONE)];
  return shown.length === stored.length && timingSafeEqual(shown, stored) && storedHash !== undefined;
}

const NONE = hash('sha256', '', 'base64url');

function randomId(): string {
  return [...randomBytes(ID_LENGTH)].map((byte) => ID_ALPHABET[byte % ID_ALPHABET.length]).join('');
}
