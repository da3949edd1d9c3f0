import { closeSync, existsSync, fdatasync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { LogRecord } from './record.js';

const sync = promisify(fdatasync);

/** Keeps the log: one line of JSON for each append, on the disk before the append is answered. */
export class LogFile {
  private readonly file: number;
  private lines: string[] = [];

  constructor(private readonly path: string) {
    this.file = openSync(path, 'a');
  }

  /** A line that was being written when the process was killed is cut off: nobody was answered for it. */
  read(): LogRecord[] {
    if (!existsSync(this.path)) return [];
    const bytes = readFileSync(this.path);
    const end = bytes.lastIndexOf('\n') + 1;
    if (end < bytes.length) truncateSync(this.path, end);
    const lines = bytes.subarray(0, end).toString().split('\n').filter((line) => line !== '');
    return lines.flatMap((line) => (JSON.parse(line) as LogRecord[]).map(fromJson));
  }

  add(records: readonly LogRecord[]): void {
    this.lines.push(`${JSON.stringify(records.map(toJson))}\n`);
  }

  async flush(): Promise<void> {
    const text = this.lines.join('');
    this.lines = [];
    writeSync(this.file, text);
    await sync(this.file);
  }

  close(): void {
    closeSync(this.file);
  }
}

function toJson({ data, metadata, encoded: _, ...rest }: LogRecord): object {
  return { ...rest, data: Buffer.from(data).toString('base64'), metadata: Buffer.from(metadata).toString('base64') };
}

function fromJson(record: LogRecord): LogRecord {
  return { ...record, data: Buffer.from(String(record.data), 'base64'), metadata: Buffer.from(String(record.metadata), 'base64') };
}
