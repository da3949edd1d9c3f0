import { hash } from 'node:crypto';

/** A UUID (RFC 9562, version 8) from what is to be told apart. */
export function idFrom(parts: readonly string[]): string {
  const hex = hash('sha256', parts.join('\n'));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
