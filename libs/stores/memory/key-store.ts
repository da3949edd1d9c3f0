import type { ErasureOrder, KeyStore, NewKey, StoredKey, WrappingKey } from '#privacy';

/** Keys in the memory of this process, for tests and for a log that ends with it. */
export class MemoryKeyStore implements KeyStore {
  private readonly keys = new Map<string, StoredKey>();
  private readonly finished = new Set<string>();
  private wrapping: WrappingKey[] = [];

  async load(subjects: readonly string[]): Promise<Map<string, StoredKey>> {
    const known = subjects.flatMap((subject) => this.keys.get(subject) ?? []);
    return new Map(known.map((key) => [key.subject, key]));
  }

  async add(keys: readonly NewKey[]): Promise<Map<string, StoredKey>> {
    for (const key of keys) if (!this.keys.has(key.subject)) this.keys.set(key.subject, key);
    return this.load(keys.map(({ subject }) => subject));
  }

  async destroy(subject: string, order: ErasureOrder): Promise<StoredKey> {
    const known = this.keys.get(subject);
    if (known?.order) return known;
    const destroyed = { subject, fingerprint: known?.fingerprint ?? null, wrapped: null, order };
    this.keys.set(subject, destroyed);
    return destroyed;
  }

  async erased(): Promise<string[]> {
    return this.destroyed().map(({ subject }) => subject);
  }

  async unfinished(): Promise<StoredKey[]> {
    return this.destroyed().filter(({ subject }) => !this.finished.has(subject));
  }

  async finish(subject: string): Promise<void> {
    this.finished.add(subject);
  }

  async wrappingKeys(): Promise<WrappingKey[]> {
    return [...this.wrapping].sort((one, other) => other.generation - one.generation);
  }

  async addWrappingKey(key: WrappingKey): Promise<boolean> {
    if (this.wrapping.some(({ generation }) => generation === key.generation)) return false;
    this.wrapping.push(key);
    return true;
  }

  async replaceWrappingKey(key: WrappingKey): Promise<void> {
    this.wrapping = this.wrapping.map((known) => (known.generation === key.generation ? key : known));
  }

  async removeWrappingKey(generation: number): Promise<void> {
    this.wrapping = this.wrapping.filter((known) => known.generation !== generation);
  }

  async wrappedBefore(generation: number, limit: number): Promise<StoredKey[]> {
    return [...this.keys.values()].filter(({ wrapped }) => wrapped && wrapped.generation < generation).slice(0, limit);
  }

  async rewrap(keys: readonly StoredKey[]): Promise<void> {
    for (const key of keys) if (this.keys.get(key.subject)?.wrapped) this.keys.set(key.subject, key);
  }

  async close(): Promise<void> {
    this.keys.clear();
  }

  private destroyed(): StoredKey[] {
    return [...this.keys.values()].filter(({ order }) => order !== null);
  }
}
