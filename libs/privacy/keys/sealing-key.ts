import { hash, randomBytes } from 'node:crypto';
import { decrypt, encrypt, KEY_BYTES, memory, mostBytes, NONCE_BYTES, put, room, TAG_BYTES } from './sodium-memory.js';

export { KEY_BYTES };
/** Says how something is sealed, so that another way can come beside this one. */
const CHACHA20_POLY1305 = 1;
export const NONCE_END = 1 + NONCE_BYTES;
const FINGERPRINT_BYTES = 8;
const FINGERPRINTED = Buffer.from('guanxi subject key');
/** Of so many bytes base64 makes a group; what is not whole groups is filled up. */
const BASE64_GROUP = 3;
const SPACE = 0x20;

/** Something sealed was changed, or is opened with the wrong key or in the wrong place. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen';
}

/**
 * ChaCha20-Poly1305 (RFC 8439) under a random nonce, by libsodium: Node's own ciphers take four times as long for
 * texts as short as these, since each makes an object of its own.
 * @param place what the sealed text belongs to: it opens nowhere else.
 * @returns a byte that tells how it is sealed, then nonce, ciphertext and tag.
 */
export function seal(key: Buffer, content: Buffer, place: string): Buffer {
  const [begin, end] = sealWithin(key, content, place, 0);
  return Buffer.from(memory.subarray(begin, end));
}

/** The same for JSON, with spaces after it so that its base64 is not filled up: many such texts can be joined. @returns base64. */
export function sealJson(key: Buffer, json: string, place: string): string {
  const [begin, end] = sealWithin(key, json, place, BASE64_GROUP);
  return memory.toString('base64', begin, end);
}

/** @throws CannotOpen */
export function open(key: Buffer, sealed: Buffer, place: string): Buffer {
  const [begin, end] = openWithin(key, sealed, place);
  return Buffer.from(memory.subarray(begin, end));
}

/** @param sealed base64. @returns JSON. @throws CannotOpen */
export function openJson(key: Buffer, sealed: string, place: string): string {
  const [begin, end] = openWithin(key, sealed, place);
  return memory.toString('utf8', begin, end);
}

/** @param whole the result has a multiple of so many bytes. */
function sealWithin(key: Buffer, content: Buffer | string, place: string, whole: number): [begin: number, end: number] {
  const keyAt = room(KEY_BYTES + mostBytes(place) + 2 * mostBytes(content) + NONCE_END + TAG_BYTES + 2 * whole);
  const placeAt = keyAt + put(key, keyAt);
  const contentAt = placeAt + put(place, placeAt);
  let length = put(content, contentAt);
  while (whole > 0 && (NONCE_END + length + TAG_BYTES) % whole > 0) memory[contentAt + length++] = SPACE;
  const sealedAt = contentAt + length;
  memory[sealedAt] = CHACHA20_POLY1305;
  put(fresh(NONCE_BYTES), sealedAt + 1);
  encrypt(contentAt, length, sealedAt + NONCE_END, { key: keyAt, place: placeAt, placeBytes: contentAt - placeAt, nonce: sealedAt + 1 });
  return [sealedAt, sealedAt + NONCE_END + length + TAG_BYTES];
}

function openWithin(key: Buffer, sealed: Buffer | string, place: string): [begin: number, end: number] {
  const keyAt = room(KEY_BYTES + mostBytes(place) + 2 * sealed.length);
  const placeAt = keyAt + put(key, keyAt);
  const sealedAt = placeAt + put(place, placeAt);
  const contentAt = sealedAt + put(sealed, sealedAt, 'base64');
  const length = contentAt - sealedAt - NONCE_END;
  const refused = whyNot(sealedAt, length) ?? (decrypt(sealedAt + NONCE_END, length, contentAt, { key: keyAt, place: placeAt, placeBytes: sealedAt - placeAt, nonce: sealedAt + 1 }) ? undefined : OTHER);
  if (refused !== undefined) throw new CannotOpen(refused);
  return [contentAt, contentAt + length - TAG_BYTES];
}

export const OTHER = 'It was changed, or belongs to another key or place.';

/** Why what lies there is not even looked into. @param length of ciphertext and tag. */
export function whyNot(at: number, length: number): string | undefined {
  if (length < TAG_BYTES) return 'It is too short to be sealed.';
  return memory[at] === CHACHA20_POLY1305 ? undefined : 'It is sealed in a way that this version does not know.';
}

export const newKey = (): Buffer => Buffer.from(fresh(KEY_BYTES));

export function fingerprintOf(key: Buffer): string {
  return hash('sha256', Buffer.concat([FINGERPRINTED, key])).slice(0, 2 * FINGERPRINT_BYTES);
}

const POOL_BYTES = 8192;
let pool = Buffer.alloc(0);
let used = 0;

/** Random bytes come cheaper in bulk. None is given twice. */
function fresh(bytes: number): Buffer {
  if (used + bytes > pool.length) [pool, used] = [randomBytes(POOL_BYTES), 0];
  return pool.subarray(used, (used += bytes));
}
