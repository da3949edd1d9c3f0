import { createHmac, randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type QuickLRU from 'quick-lru';
import { boundedCache } from '#event-sourcing';
import type { MasterKey } from '../master/master-key.js';
import { MissingKey, type ErasureOrder, type KeyStore, type NewKey, type StoredKey, type WrappedKey } from './key-store.js';
import { fingerprintOf, newKey, open, seal } from './sealing-key.js';
import { WrappingKeys } from './wrapping-keys.js';

/** The key of a subject, or that there is none any more. */
export type SubjectKey = Buffer | 'erased';

export interface SubjectKeysOptions {
  /** Keys that are kept unwrapped in memory. Default 100,000, some twenty megabytes. */
  cacheSize?: number;
}

interface Issue {
  subjects: readonly string[];
  resolve: (keys: Map<string, SubjectKey>) => void;
  reject: (error: unknown) => void;
}

const REWRAPPED_AT_ONCE = 500;

/** Keys of data subjects: found, made in groups, destroyed, wrapped anew. Unwrapped ones are in memory alone. */
export class SubjectKeys {
  private readonly unwrapped: QuickLRU<string, SubjectKey>;
  /** Of several subjects together. */
  private readonly joint = boundedCache<string, Buffer>(5_000);
  /** Everybody who was erased. What was read before that must not bring keys back. */
  private readonly erased = new Set<string>();
  /** Positions of events whose personal fields nobody is shown, though a key would open them. */
  private readonly withheld = new Set<number>();
  private readonly wrapping: WrappingKeys;
  private waiting: Issue[] = [];
  private issuing: Promise<void> | undefined;

  constructor(
    readonly store: KeyStore,
    private readonly master: MasterKey,
    { cacheSize = 100_000 }: SubjectKeysOptions = {},
  ) {
    this.unwrapped = boundedCache(cacheSize);
    this.wrapping = new WrappingKeys(store, master);
  }

  /**
   * Finds out whether the master key fits the store, and who was erased. Repeatable.
   * @throws UnusableMasterKey @throws StoreUnavailable
   */
  async check(): Promise<void> {
    await this.wrapping.newest();
    for (const subject of await this.store.erased()) this.erased.add(subject);
  }

  get someAreErased(): boolean {
    return this.erased.size > 0;
  }

  isErased(subject: string): boolean {
    return this.erased.has(subject);
  }

  /** From now on nobody is shown what is personal in the events at these positions. */
  withhold(positions: readonly number[]): void {
    for (const position of positions) this.withheld.add(position);
  }

  get someAreWithheld(): boolean {
    return this.withheld.size > 0;
  }

  isWithheld(position: number): boolean {
    return this.withheld.has(position);
  }

  /** The key where it is in memory. */
  atHand(subject: string): SubjectKey | undefined {
    return this.unwrapped.get(subject);
  }

  /** @throws MissingKey one of them has no key, and nobody erased it. */
  async find(subjects: readonly string[]): Promise<Map<string, SubjectKey>> {
    const stored = await this.store.load(subjects);
    const missing = subjects.find((subject) => !stored.has(subject));
    if (missing !== undefined) throw new MissingKey(missing);
    return this.keep(stored);
  }

  /**
   * The keys of these subjects; those who have none get one. Who asks at the same time is served together, with one
   * write. Keys are durable when it resolves.
   */
  issue(subjects: readonly string[]): Promise<Map<string, SubjectKey>> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ subjects, resolve, reject });
      this.issuing ??= this.issueWaiting();
    });
  }

  /** The key of what is about all of them: gone with the first that is erased. */
  together(subjects: readonly string[], keys: readonly Buffer[]): Buffer {
    if (keys.length === 1) return keys[0]!;
    const name = subjects.join(' ');
    let key = this.joint.get(name);
    if (!key) {
      key = keys.slice(1).reduce((joined, next) => createHmac('sha256', joined).update(next).digest(), keys[0]!);
      this.joint.set(name, key);
    }
    return key;
  }

  /** Destroys the key, durably. Where it was destroyed before, the first order stands. */
  async destroy(subject: string, order: ErasureOrder): Promise<StoredKey> {
    const destroyed = await this.store.destroy(subject, order);
    this.forget(subject);
    return destroyed;
  }

  /**
   * Destroys keys that are there though their subjects were erased: somebody put back an older key store.
   * @returns whose they were.
   */
  async destroyReturned(now: Date): Promise<string[]> {
    const returned = [...(await this.store.load([...this.erased])).values()].filter(({ wrapped }) => wrapped).map(({ subject }) => subject);
    for (const subject of returned) {
      await this.store.destroy(subject, { id: randomUUID(), orderedAt: now.toISOString(), orderedBy: 'system', reason: 'legal-obligation', reference: 'erased-before' });
    }
    return returned;
  }

  /** The subject was erased, here or by another process. */
  forget(subject: string): void {
    this.erased.add(subject);
    this.unwrapped.set(subject, 'erased');
    this.joint.clear();
  }

  /**
   * Has every key wrapped anew, by a new wrapping key under the master key in force; events are not touched. Goes on
   * where an earlier run was interrupted.
   */
  async rotate(onProgress?: (done: number) => void): Promise<{ generation: number; rewrapped: number; resumed: boolean }> {
    const before = await this.wrapping.newest();
    const resumed = (await this.store.wrappedBefore(before.generation, 1)).length > 0;
    if (!resumed) await this.master.renew?.();
    const generation = resumed ? before.generation : await this.wrapping.renew();
    if (resumed) await this.wrapping.rewrap();
    const rewrapped = await this.rewrapAll(generation, onProgress);
    await this.dropUnused(generation);
    await this.master.forgetFormer?.();
    return { generation, rewrapped, resumed };
  }

  async close(): Promise<void> {
    await this.issuing;
    this.unwrapped.clear();
    this.joint.clear();
    await this.store.close();
  }

  private async issueWaiting(): Promise<void> {
    // What else is asked for in this turn of the event loop belongs to the first group.
    await setImmediate();
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        const keys = await this.issueGroup([...new Set(group.flatMap(({ subjects }) => subjects))]);
        for (const { resolve } of group) resolve(keys);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.issuing = undefined;
  }

  private async issueGroup(subjects: readonly string[]): Promise<Map<string, SubjectKey>> {
    const stored = await this.store.load(subjects);
    const unknown = subjects.filter((subject) => !stored.has(subject));
    if (unknown.length > 0) {
      const { generation, key } = await this.wrapping.newest();
      for (const [subject, kept] of await this.store.add(unknown.map((subject) => wrappedNewKey(subject, generation, key)))) stored.set(subject, kept);
    }
    return this.keep(stored);
  }

  private async keep(stored: ReadonlyMap<string, StoredKey>): Promise<Map<string, SubjectKey>> {
    const keys = new Map<string, SubjectKey>();
    for (const [subject, { wrapped }] of stored) {
      const key = !wrapped || this.erased.has(subject) ? 'erased' : unwrap(subject, wrapped, await this.wrapping.of(wrapped.generation));
      keys.set(subject, key);
    }
    // An erasure may have come while this waited for the wrapping key.
    for (const [subject, key] of keys) this.unwrapped.set(subject, this.erased.has(subject) ? 'erased' : key);
    return keys;
  }

  private async rewrapAll(generation: number, onProgress: ((done: number) => void) | undefined): Promise<number> {
    const { key } = await this.wrapping.newest();
    let done = 0;
    for (;;) {
      const old = await this.store.wrappedBefore(generation, REWRAPPED_AT_ONCE);
      if (old.length === 0) return done;
      const anew: StoredKey[] = [];
      for (const stored of old) {
        const unwrapped = unwrap(stored.subject, stored.wrapped!, await this.wrapping.of(stored.wrapped!.generation));
        anew.push({ ...stored, wrapped: { generation, bytes: seal(key, unwrapped, placeOf(stored.subject)) } });
      }
      await this.store.rewrap(anew);
      done += anew.length;
      onProgress?.(done);
    }
  }

  /** The generation before stays until the next rotation: another process may still have issued a key with it. */
  private async dropUnused(generation: number): Promise<void> {
    for (const key of await this.store.wrappingKeys()) {
      if (key.generation < generation - 1) await this.store.removeWrappingKey(key.generation);
    }
  }
}

const placeOf = (subject: string): string => `key of ${subject}`;

function wrappedNewKey(subject: string, generation: number, wrappingKey: Buffer): NewKey {
  const key = newKey();
  return { subject, fingerprint: fingerprintOf(key), wrapped: { generation, bytes: seal(wrappingKey, key, placeOf(subject)) }, order: null };
}

function unwrap(subject: string, { bytes }: WrappedKey, wrappingKey: Buffer): Buffer {
  return open(wrappingKey, bytes, placeOf(subject));
}
