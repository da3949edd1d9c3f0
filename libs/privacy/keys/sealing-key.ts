import { createHash, randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers';

await sodium.ready;

export const KEY_BYTES = 32;
/** Says how something is sealed, so that another way can come beside this one. */
const CHACHA20_POLY1305 = 1;
const NONCE_BYTES = 12;
const NONCE_END = 1 + NONCE_BYTES;
const TAG_BYTES = 16;
const FINGERPRINT_BYTES = 8;

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
export function seal(key: Buffer, text: string | Buffer, place: string): Buffer {
  const nonce = fresh(NONCE_BYTES);
  const ciphertext = sodium.crypto_aead_chacha20poly1305_ietf_encrypt(bytesOf(text), Buffer.from(place), null, nonce, key);
  const sealed = Buffer.allocUnsafe(NONCE_END + ciphertext.length);
  sealed[0] = CHACHA20_POLY1305;
  sealed.set(nonce, 1);
  sealed.set(ciphertext, NONCE_END);
  return sealed;
}

/** @throws CannotOpen */
export function open(key: Buffer, sealed: Buffer, place: string): Buffer {
  if (sealed.length < NONCE_END + TAG_BYTES) throw new CannotOpen('It is too short to be sealed.');
  if (sealed[0] !== CHACHA20_POLY1305) throw new CannotOpen('It is sealed in a way that this version does not know.');
  try {
    const text = sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed.subarray(NONCE_END), Buffer.from(place), sealed.subarray(1, NONCE_END), key);
    return Buffer.from(text.buffer, text.byteOffset, text.length);
  } catch (error) {
    throw new CannotOpen('It was changed, or belongs to another key or place.', { cause: error });
  }
}

const bytesOf = (text: string | Buffer): Buffer => (typeof text === 'string' ? Buffer.from(text) : text);

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
