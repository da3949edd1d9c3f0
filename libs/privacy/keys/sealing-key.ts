import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

export const KEY_BYTES = 32;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FINGERPRINT_BYTES = 8;

/** Something sealed was changed, or is opened with the wrong key or in the wrong place. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen';
}

/**
 * AES-256-GCM under a random nonce.
 * @param place what the sealed text belongs to: it opens nowhere else.
 * @returns nonce, ciphertext and tag.
 */
export function seal(key: Buffer, text: string | Buffer, place: string): Buffer {
  const nonce = freshNonce();
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(Buffer.from(place));
  const sealed = typeof text === 'string' ? cipher.update(text, 'utf8') : cipher.update(text);
  // In this mode all comes out at once.
  cipher.final();
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/** @throws CannotOpen */
export function open(key: Buffer, sealed: Buffer, place: string): Buffer {
  const end = sealed.length - TAG_BYTES;
  if (end < NONCE_BYTES) throw new CannotOpen('It is too short to be sealed.');
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(place));
  // All of its bytes: a shorter one would be taken, too.
  decipher.setAuthTag(sealed.subarray(end));
  const text = decipher.update(sealed.subarray(NONCE_BYTES, end));
  try {
    decipher.final();
  } catch (error) {
    throw new CannotOpen('It was changed, or belongs to another key or place.', { cause: error });
  }
  return text;
}

export const newKey = (): Buffer => randomBytes(KEY_BYTES);

export function fingerprintOf(key: Buffer): string {
  return createHash('sha256').update('guanxi subject key').update(key).digest().subarray(0, FINGERPRINT_BYTES).toString('hex');
}

const NONCES = 512;
let nonces = Buffer.alloc(0);
let next = 0;

/** Random bytes come cheaper in bulk. */
function freshNonce(): Buffer {
  if (next >= nonces.length) [nonces, next] = [randomBytes(NONCES * NONCE_BYTES), 0];
  return nonces.subarray(next, (next += NONCE_BYTES));
}
