/**
 * The port of the key that wraps all others, which may be held where this program cannot read it. Asked once for each
 * start and rotation, not for each person.
 */
export interface MasterKey {
  /** Encrypts a key of 32 bytes with the master key in force. */
  wrap(key: Buffer): Promise<string>;
  /** @throws UnusableMasterKey it was wrapped with another master key, or was changed. */
  unwrap(wrapped: string): Promise<Buffer>;
  /** Makes a new master key and puts it in force, where that is this program's task. The former ones can still unwrap. */
  renew?(): Promise<void>;
  /** Forgets former master keys: nothing is wrapped with them any more. */
  forgetFormer?(): Promise<void>;
}

/** The master key cannot be used; the message says what to do. */
export class UnusableMasterKey extends Error {
  override readonly name = 'UnusableMasterKey';
}
