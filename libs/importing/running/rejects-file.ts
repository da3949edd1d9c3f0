import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

const HEADER = 'line,reason,row';

/** The rejects of an import cannot be written where they were to go. */
export class RejectsNotWritable extends Error {
  override readonly name = 'RejectsNotWritable';
}

/** Rows that were not taken, as CSV: line number, reason, and the row as it stands in the file. Made with the first of them. */
export class RejectsFile {
  private stream: WriteStream | undefined;
  private failure: Error | undefined;

  private constructor(readonly path: string) {}

  /**
   * Removes the rejects of an earlier import.
   * @throws RejectsNotWritable there is another file.
   */
  static async prepare(path: string): Promise<RejectsFile> {
    if (await isThere(path)) await rm(path);
    return new RejectsFile(path);
  }

  /** @throws RejectsNotWritable */
  async add(line: string, reason: string, row: string): Promise<void> {
    this.stream ??= this.create();
    const goesOn = this.stream.write(`${[line, reason, row].map(quoted).join(',')}\n`);
    if (!goesOn && this.failure === undefined) await Promise.race([once(this.stream, 'drain'), once(this.stream, 'close')]);
    this.check();
  }

  /** The path, where there are rejects. */
  get written(): string | undefined {
    return this.stream && this.path;
  }

  /** @throws RejectsNotWritable */
  async close(): Promise<void> {
    if (!this.stream) return;
    this.stream.end();
    await finished(this.stream).catch((error: Error) => (this.failure ??= error));
    this.check();
  }

  private create(): WriteStream {
    const stream = createWriteStream(this.path, { flags: 'wx' });
    stream.setMaxListeners(0);
    stream.on('error', (error) => (this.failure ??= error));
    stream.write(`${HEADER}\n`);
    return stream;
  }

  private check(): void {
    if (this.failure === undefined) return;
    throw new RejectsNotWritable(`Rejected rows cannot be written to ${this.path} (${this.failure.message}). Name another file with --rejects.`, { cause: this.failure });
  }
}

/** Whether there are rejects of an earlier import. @throws RejectsNotWritable there is something else. */
async function isThere(path: string): Promise<boolean> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new RejectsNotWritable(`Rejected rows cannot be written to ${path} (${error.message}). Name another file with --rejects.`, { cause: error });
  });
  if (!file) return false;
  try {
    const { buffer } = await file.read(Buffer.alloc(HEADER.length), 0, HEADER.length, 0);
    if (buffer.toString() === HEADER) return true;
  } finally {
    await file.close();
  }
  throw new RejectsNotWritable(`${path} is there and holds no rejects of an import. Name another file with --rejects.`);
}

function quoted(field: string): string {
  return /[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
