/** What was decided when a person was erased. Holds nothing about the person. */
export interface ErasureOrder {
  /** Names the erasure: the same wherever it is told. */
  id: string;
  /** ISO 8601. */
  orderedAt: string;
  orderedBy: string;
  reason: string;
  /** Where the request is filed. */
  reference?: string;
}

/** A key, encrypted with the wrapping key of a generation. */
export interface WrappedKey {
  generation: number;
  bytes: Buffer;
}

/** What is kept of the key of one data subject. */
export interface StoredKey {
  /** Whose key it is, such as `customer-42`. */
  subject: string;
  /** Tells keys apart and says nothing of them; null where there never was a key. */
  fingerprint: string | null;
  /** Null once the key is destroyed. */
  wrapped: WrappedKey | null;
  /** Why the key was destroyed; null as long as it is there. */
  order: ErasureOrder | null;
}

export type NewKey = StoredKey & { fingerprint: string; wrapped: WrappedKey };

/** Wraps the keys of subjects; is itself wrapped by the master key. */
export interface WrappingKey {
  /** Counts up from 1. */
  generation: number;
  /** As the master key gave it. */
  wrapped: string;
}

/** The port of the keys of data subjects. Its adapters all pass `keyStoreContract`. */
export interface KeyStore {
  /** What is kept of these subjects; those of whom nothing is are left out. */
  load(subjects: readonly string[]): Promise<Map<string, StoredKey>>;
  /**
   * Keeps the keys of subjects of whom nothing is kept; durable when it resolves.
   * @returns what is kept of each of them now: another process may have been quicker.
   */
  add(keys: readonly NewKey[]): Promise<Map<string, StoredKey>>;
  /**
   * Removes the key of a subject and keeps the order instead; durable when it resolves, and no trace of the wrapped key
   * is left in files of ours. Where it was destroyed before, the first order stays.
   */
  destroy(subject: string, order: ErasureOrder): Promise<StoredKey>;
  /** Subjects whose keys are destroyed. */
  erased(): Promise<string[]>;
  /** Destroyed keys whose erasure is not finished. */
  unfinished(): Promise<StoredKey[]>;
  finish(subject: string): Promise<void>;

  /** The newest first. */
  wrappingKeys(): Promise<WrappingKey[]>;
  /** @returns false where there is one of this generation already. */
  addWrappingKey(key: WrappingKey): Promise<boolean>;
  /** The same key, wrapped anew. */
  replaceWrappingKey(key: WrappingKey): Promise<void>;
  removeWrappingKey(generation: number): Promise<void>;
  /** Some keys that are wrapped by an older generation than this. */
  wrappedBefore(generation: number, limit: number): Promise<StoredKey[]>;
  /** Keeps these keys in their new wrapping, except those that were destroyed meanwhile. */
  rewrap(keys: readonly StoredKey[]): Promise<void>;
  close(): Promise<void>;
}

/** A key that must be there is not: the key store is not the one that the log was written with, or a part of it is lost. */
export class MissingKey extends Error {
  override readonly name = 'MissingKey';
  constructor(subject: string) {
    super(
      `The key of ${subject} is missing, and nobody erased it: events that are sealed with it cannot be read. ` +
        'Put back the key store that belongs to this log (keys.db of the data folder, or the database of GUANXI_KEY_STORE).',
    );
  }
}
