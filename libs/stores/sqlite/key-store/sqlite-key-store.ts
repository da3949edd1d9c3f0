import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ErasureOrder, KeyStore, NewKey, StoredKey, WrappingKey } from '#privacy';
import { StoreUnavailable } from '#event-sourcing';
import type { DataFolder } from '../data-folder.js';
import { explaining } from '../faults.js';
import { ThreadCalls } from '../thread-calls.js';
import { KeysFile } from './keys-file.js';

export const KEYS_FILE = 'keys.db';

/** Keys in `keys.db` of a data folder. It is read at once and changed by a thread, since a change waits for the disk. */
export class SqliteKeyStore implements KeyStore {
  private readonly changes: ThreadCalls<KeysFile>;

  private constructor(
    private readonly file: string,
    private readonly keys: KeysFile,
  ) {
    this.changes = new ThreadCalls(new URL('./keys.worker.js', import.meta.url), file);
  }

  /** @throws Error the file cannot be opened, belongs to another program, or is newer than this one; says what to do. */
  static async open({ folder }: { folder: DataFolder }): Promise<SqliteKeyStore> {
    const file = join(folder.path, KEYS_FILE);
    return new SqliteKeyStore(file, explaining(file, () => KeysFile.open(file)));
  }

  /** Whether the folder has keys. */
  static isIn(folder: DataFolder): boolean {
    return existsSync(join(folder.path, KEYS_FILE));
  }

  async load(subjects: readonly string[]): Promise<Map<string, StoredKey>> {
    const found = this.read((keys) => keys.load(subjects));
    return new Map(found.map((key) => [key.subject, key]));
  }

  async add(keys: readonly NewKey[]): Promise<Map<string, StoredKey>> {
    const before = await this.change().call('add', keys);
    const kept = new Map<string, StoredKey>(keys.map((key) => [key.subject, key]));
    if (before.length > 0) for (const [subject, key] of await this.load(before)) kept.set(subject, key);
    return kept;
  }

  async destroy(subject: string, order: ErasureOrder): Promise<StoredKey> {
    await this.change().call('destroy', subject, order);
    return (await this.load([subject])).get(subject)!;
  }

  async erased(): Promise<string[]> {
    return this.read((keys) => keys.erased());
  }

  async unfinished(): Promise<StoredKey[]> {
    return this.read((keys) => keys.unfinished());
  }

  async finish(subject: string): Promise<void> {
    await this.change().call('finish', subject);
  }

  async wrappingKeys(): Promise<WrappingKey[]> {
    return this.read((keys) => keys.wrappingKeys());
  }

  async addWrappingKey(key: WrappingKey): Promise<boolean> {
    return this.change().call('addWrappingKey', key);
  }

  async replaceWrappingKey(key: WrappingKey): Promise<void> {
    await this.change().call('replaceWrappingKey', key);
  }

  async removeWrappingKey(generation: number): Promise<void> {
    await this.change().call('removeWrappingKey', generation);
  }

  async wrappedBefore(generation: number, limit: number): Promise<StoredKey[]> {
    return this.read((keys) => keys.wrappedBefore(generation, limit));
  }

  async rewrap(keys: readonly StoredKey[]): Promise<void> {
    await this.change().call('rewrap', keys);
  }

  async close(): Promise<void> {
    await this.changes.close();
    if (this.keys.isOpen) this.keys.close();
  }

  private read<T>(work: (keys: KeysFile) => T): T {
    this.mustBeOpen();
    return explaining(this.file, () => work(this.keys));
  }

  private change(): ThreadCalls<KeysFile> {
    this.mustBeOpen();
    return this.changes;
  }

  private mustBeOpen(): void {
    if (!this.keys.isOpen) throw new StoreUnavailable(`${this.file} is closed.`);
  }
}
