import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** The file cannot be imported as it is. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
}

/** A file that is read from its beginning, with how far that has come. */
export class SourceFile {
  bytesRead = 0;

  private constructor(
    readonly path: string,
    readonly size: number,
  ) {}

  /** @throws UnusableFile it is missing, a folder, not readable or empty. */
  static async open(path: string): Promise<SourceFile> {
    const found = await stat(path).catch((error: unknown) => {
      throw unusable(path, error);
    });
    if (!found.isFile()) throw new UnusableFile(`${path} is ${found.isDirectory() ? 'a folder' : 'not a regular file'}; name a text file.`);
    if (found.size === 0) throw new UnusableFile(`${path} is empty.`);
    return new SourceFile(path, found.size);
  }

  /** SHA-256 of the content, hexadecimal: two files with the same are the same. */
  async fingerprint(): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of this.chunks()) hash.update(chunk);
    this.bytesRead = 0;
    return hash.digest('hex');
  }

  async *chunks(): AsyncIterable<Uint8Array> {
    this.bytesRead = 0;
    try {
      for await (const chunk of createReadStream(this.path, { highWaterMark: 65_536 }) as AsyncIterable<Buffer>) {
        this.bytesRead += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw unusable(this.path, error);
    }
  }
}

const REASONS: Record<string, string> = { ENOENT: 'there is no such file', EACCES: 'it may not be read', ENOTDIR: 'a part of the path is not a folder' };

function unusable(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  return new UnusableFile(`${path} cannot be read: ${REASONS[code] ?? code}.`, { cause });
}
