const FIRST_MS = 10_000;
const LONGEST_MS = 6 * 3_600_000;

/** Attempts after which a message waits for somebody to look at it: about 17 hours after the first. */
export const ATTEMPTS_AT_MOST = 12;

/**
 * Milliseconds until a message is tried again: twice as long each time, between half and the whole of it, so that
 * messages that failed together are not tried together. The part is taken from the message's id: nothing is left to chance.
 */
export function pauseAfter(attempt: number, messageId: string): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(longest * (0.5 + 0.5 * partOf(`${messageId}/${attempt}`)));
}

/** A number from 0 to 1 that is the same for the same text (FNV-1a, 32 bits, mixed once more). */
function partOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 0xffffffff;
}
