import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from '../data-folder.js';
import { SqliteDocumentStore, type SqliteDocumentStoreOptions } from './document-store.js';

/** A store in a folder of its own under the system's temporary one. */
export class TemporaryStore {
  private constructor(
    readonly folder: DataFolder,
    public store: SqliteDocumentStore,
  ) {}

  static async open(options: Omit<SqliteDocumentStoreOptions, 'folder'> = {}): Promise<TemporaryStore> {
    const folder = await DataFolder.open(mkdtempSync(join(tmpdir(), 'guanxi-documents-')));
    return new TemporaryStore(folder, await SqliteDocumentStore.open({ ...options, folder }));
  }

  get file(): string {
    return join(this.folder.path, 'documents.db');
  }

  async reopen(): Promise<SqliteDocumentStore> {
    await this.store.close();
    this.store = await SqliteDocumentStore.open({ folder: this.folder });
    return this.store;
  }

  async remove(): Promise<void> {
    await this.store.close();
    await this.folder.close();
    rmSync(this.folder.path, { recursive: true });
  }
}
