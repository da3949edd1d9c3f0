import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

/** Root of a tree without leaves (RFC 9162, 2.1.1). */
export const EMPTY_ROOT: Buffer = sha256('');

/** Hash of a leaf: SHA-256 of 0x00 and what the leaf holds, text as UTF-8 (RFC 9162, 2.1.1). */
export function leafHash(content: string | Uint8Array): Buffer {
  return sha256(typeof content === 'string' ? `\0${content}` : Buffer.concat([Buffer.of(0), content]));
}

const scratch = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** Hash of a node: SHA-256 of 0x01 and the hashes of its two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  scratch.set(left, 1);
  scratch.set(right, 1 + HASH_BYTES);
  return sha256(scratch);
}

function sha256(content: string | Uint8Array): Buffer {
  return hash('sha256', content, 'buffer');
}
