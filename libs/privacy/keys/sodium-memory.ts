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
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
/** That a UTF-16 unit has at the most. */
const UTF8_BYTES = 3;

/** A piece of libsodium's own memory: what it works on is written and read there, without the copies that its wrappers make. */
export let memory: Buffer = Buffer.alloc(0);
let [begins, has] = [0, 0];

/** @returns where so many bytes of the memory may be used, until the next call. */
export function room(bytes: number): number {
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
export function put(content: Buffer | string, at: number, encoding: 'utf8' | 'base64' = 'utf8'): number {
  if (typeof content === 'string') return memory.write(content, at, encoding);
  memory.set(content, at);
  return content.length;
}

export const mostBytes = (content: Buffer | string): number => (typeof content === 'string' ? UTF8_BYTES * content.length : content.length);

/** Where the parts of something sealed lie in the memory. */
export interface Within {
  key: number;
  place: number;
  placeBytes: number;
  nonce: number;
}

/** ChaCha20-Poly1305 (RFC 8439): writes ciphertext and tag of what lies from `at` on to `to`. */
export function encrypt(at: number, bytes: number, to: number, { key, place, placeBytes, nonce }: Within): void {
  libsodium._crypto_aead_chacha20poly1305_ietf_encrypt(to, 0, at, bytes, 0, place, placeBytes, 0, 0, nonce, key);
}

/** Writes what ciphertext and tag were made of to `to`. @returns whether they are what was made with this key, for this place. */
export function decrypt(at: number, bytes: number, to: number, { key, place, placeBytes, nonce }: Within): boolean {
  return libsodium._crypto_aead_chacha20poly1305_ietf_decrypt(to, 0, 0, at, bytes, 0, place, placeBytes, 0, nonce, key) === 0;
}
