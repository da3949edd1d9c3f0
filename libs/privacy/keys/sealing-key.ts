import { createHash, randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers';

await sodium.ready;

/** What the wrappers wrap, and their types leave out. Lengths are in two halves, the lower one first. */
interface Libsodium {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(at: number): void;
  _crypto_aead_chacha20poly1305_ietf_encrypt(out: number, outLength: 0, text: number, length: number, high: 0, place: number, placeLength: number, placeHigh: 0, secret: 0, nonce: number, key: number): number;
  _crypto_aead_chacha20poly1305_ietf_decrypt(out: number, outLength: 0, secret: 0, sealed: number, length: number, high: 0, place: number, placeLength: number, placeHigh: 0, nonce: number, key: number): number;
}

const { libsodium } = sodium as unknown as { libsodium: Libsodium };

export const KEY_BYTES = 32;
/** Says how something is sealed, so that another way can come beside this one. */
const CHACHA20_POLY1305 = 1;
const NONCE_BYTES = 12;
const NONCE_END = 1 + NONCE_BYTES;
const TAG_BYTES = 16;
const FINGERPRINT_BYTES = 8;
/** That a UTF-16 unit has at the most. */
const UTF8_BYTES = 3;

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
  const [begin, end] = sealWithin(key, content, place);
  return Buffer.from(memory.subarray(begin, end));
}

/** The same for a text. @returns base64. */
export function sealText(key: Buffer, text: string, place: string): string {
  const [begin, end] = sealWithin(key, text, place);
  return memory.toString('base64', begin, end);
}

/** @throws CannotOpen */
export function open(key: Buffer, sealed: Buffer, place: string): Buffer {
  const [begin, end] = openWithin(key, sealed, place);
  return Buffer.from(memory.subarray(begin, end));
}

/** @param sealed base64. @throws CannotOpen */
export function openText(key: Buffer, sealed: string, place: string): string {
  const [begin, end] = openWithin(key, sealed, place);
  return memory.toString('utf8', begin, end);
}

function sealWithin(key: Buffer, content: Buffer | string, place: string): [begin: number, end: number] {
  const keyAt = room(KEY_BYTES + mostBytes(place) + 2 * mostBytes(content) + NONCE_END + TAG_BYTES);
  const placeAt = keyAt + put(key, keyAt);
  const contentAt = placeAt + put(place, placeAt);
  const sealedAt = contentAt + put(content, contentAt);
  const length = sealedAt - contentAt;
  memory[sealedAt] = CHACHA20_POLY1305;
  put(fresh(NONCE_BYTES), sealedAt + 1);
  libsodium._crypto_aead_chacha20poly1305_ietf_encrypt(sealedAt + NONCE_END, 0, contentAt, length, 0, placeAt, contentAt - placeAt, 0, 0, sealedAt + 1, keyAt);
  return [sealedAt, sealedAt + NONCE_END + length + TAG_BYTES];
}

function openWithin(key: Buffer, sealed: Buffer | string, place: string): [begin: number, end: number] {
  const keyAt = room(KEY_BYTES + mostBytes(place) + 2 * sealed.length);
  const placeAt = keyAt + put(key, keyAt);
  const sealedAt = placeAt + put(place, placeAt);
  const contentAt = sealedAt + put(sealed, sealedAt, 'base64');
  const length = contentAt - sealedAt - NONCE_END;
  if (length < TAG_BYTES) throw new CannotOpen('It is too short to be sealed.');
  if (memory[sealedAt] !== CHACHA20_POLY1305) throw new CannotOpen('It is sealed in a way that this version does not know.');
  const failed = libsodium._crypto_aead_chacha20poly1305_ietf_decrypt(contentAt, 0, 0, sealedAt + NONCE_END, length, 0, placeAt, sealedAt - placeAt, 0, sealedAt + 1, keyAt);
  if (failed !== 0) throw new CannotOpen('It was changed, or belongs to another key or place.');
  return [contentAt, contentAt + length - TAG_BYTES];
}

/** A piece of libsodium's own memory: what it works on is written and read there, without the copies that its wrappers make. */
let memory: Buffer = Buffer.alloc(0);
let [begins, has] = [0, 0];

/** @returns where so many bytes of the memory may be used, until the next call. */
function room(bytes: number): number {
  if (bytes > has) {
    libsodium._free(begins);
    has = 2 * bytes;
    begins = libsodium._malloc(has);
  }
  // Where that has grown, it is another buffer.
  if (memory.buffer !== libsodium.HEAPU8.buffer) memory = Buffer.from(libsodium.HEAPU8.buffer);
  return begins;
}

/** @returns how many bytes there are now. */
function put(content: Buffer | string, at: number, encoding: 'utf8' | 'base64' = 'utf8'): number {
  if (typeof content === 'string') return memory.write(content, at, encoding);
  memory.set(content, at);
  return content.length;
}

const mostBytes = (content: Buffer | string): number => (typeof content === 'string' ? UTF8_BYTES * content.length : content.length);

export const newKey = (): Buffer => Buffer.from(fresh(KEY_BYTES));

export function fingerprintOf(key: Buffer): string {
  return createHash('sha256').update('guanxi subject key').update(key).digest().subarray(0, FINGERPRINT_BYTES).toString('hex');
}

const POOL_BYTES = 8192;
let pool = Buffer.alloc(0);
let used = 0;

/** Random bytes come cheaper in bulk. None is given twice. */
function fresh(bytes: number): Buffer {
  if (used + bytes > pool.length) [pool, used] = [randomBytes(POOL_BYTES), 0];
  return pool.subarray(used, (used += bytes));
}
