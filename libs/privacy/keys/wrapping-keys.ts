import { UnusableMasterKey, type MasterKey } from '../master/master-key.js';
import type { KeyStore } from './key-store.js';
import { newKey } from './sealing-key.js';

const FIRST = 1;

/** The keys that wrap the keys of subjects, unwrapped and in memory. The master key is asked for each once. */
export class WrappingKeys {
  private readonly known = new Map<number, Buffer>();
  private loading: Promise<void> | undefined;

  constructor(
    private readonly store: KeyStore,
    private readonly master: MasterKey,
  ) {}

  /** The newest; the first one is made where there is none. @throws UnusableMasterKey */
  async newest(): Promise<{ generation: number; key: Buffer }> {
    if (this.known.size === 0) await this.load();
    const generation = Math.max(...this.known.keys());
    return { generation, key: this.known.get(generation)! };
  }

  /** @throws UnusableMasterKey it is not there, or cannot be unwrapped. */
  async of(generation: number): Promise<Buffer> {
    if (!this.known.has(generation)) await this.load();
    const key = this.known.get(generation);
    if (!key) throw new UnusableMasterKey(`The wrapping key ${generation} is missing in the key store. Put back a backup of the key store that has it.`);
    return key;
  }

  /** Puts one of the next generation in force, and has all that are there wrapped by the master key in force. */
  async renew(): Promise<number> {
    await this.rewrap();
    const { generation } = await this.newest();
    await this.make(generation + 1);
    return (await this.newest()).generation;
  }

  /** Has each wrapped by the master key that is in force now. */
  async rewrap(): Promise<void> {
    for (const { generation } of await this.store.wrappingKeys()) {
      await this.store.replaceWrappingKey({ generation, wrapped: await this.master.wrap(await this.of(generation)) });
    }
  }

  private load(): Promise<void> {
    this.loading ??= this.loadAll().finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async loadAll(): Promise<void> {
    const kept = await this.store.wrappingKeys();
    for (const { generation, wrapped } of kept) {
      if (!this.known.has(generation)) this.known.set(generation, await this.master.unwrap(wrapped));
    }
    if (kept.length === 0) await this.make(FIRST);
  }

  /** Another process may be quicker: then its key is taken. */
  private async make(generation: number): Promise<void> {
    const key = newKey();
    const added = await this.store.addWrappingKey({ generation, wrapped: await this.master.wrap(key) });
    if (added) this.known.set(generation, key);
    else await this.loadAll();
  }
}
