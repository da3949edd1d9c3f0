import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Courier, Delivered, Delivery } from '../outbox/courier.js';
import { textOf } from './compose.js';

/** A message that was written. */
export interface WrittenMessage {
  messageId: string;
  kind: 'mail' | 'webhook';
}

const EXTENSIONS = { mail: '.eml', webhook: '.json' } as const;
const WRITTEN = /^([A-Za-z0-9._:-]{1,100})\.(eml|json)$/;

/**
 * Writes messages to files in place of sending them: mails as `.eml`, web hooks as `.json`, each named by its id, so that
 * one that is delivered twice is one file.
 */
export class FolderCourier implements Courier {
  constructor(
    readonly folder: string,
    private readonly from: string,
  ) {}

  async deliver(delivery: Delivery): Promise<Delivered> {
    const { messageId, content } = delivery;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = this.fileOf(messageId, content.kind);
    await writeFile(`${file}.part`, await this.text(delivery), { mode: 0o600 });
    await rename(`${file}.part`, file);
    return { via: 'folder', answer: file };
  }

  text(delivery: Delivery): Promise<string> {
    return textOf(delivery, this.from);
  }

  /** What was written, in the order of the ids. */
  async written(): Promise<WrittenMessage[]> {
    const names = await readdir(this.folder).catch(noFolder);
    return names.sort().flatMap((name): WrittenMessage[] => {
      const [, messageId, extension] = WRITTEN.exec(name) ?? [];
      return messageId === undefined ? [] : [{ messageId, kind: extension === 'eml' ? 'mail' : 'webhook' }];
    });
  }

  async remove(messageIds: readonly string[]): Promise<void> {
    for (const messageId of messageIds) {
      for (const kind of ['mail', 'webhook'] as const) {
        const file = this.fileOf(messageId, kind);
        for (const each of [file, `${file}.part`]) await rm(each, { force: true });
      }
    }
  }

  /** @throws Error it is no id: never outside the folder. */
  private fileOf(messageId: string, kind: WrittenMessage['kind']): string {
    const name = `${messageId}${EXTENSIONS[kind]}`;
    if (!WRITTEN.test(name)) throw new Error(`${JSON.stringify(messageId)} is no id of a message.`);
    return join(this.folder, name);
  }
}

function noFolder(error: NodeJS.ErrnoException): string[] {
  if (error.code !== 'ENOENT') throw error;
  return [];
}
