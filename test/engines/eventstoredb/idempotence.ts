import type { LogRecord } from './record.js';

/** Appends of so many events can be recognised by their ids alone. */
const CAPACITY = 80_000;

/**
 * Where recent ids were first used: what the server goes by at ANY and STREAM_EXISTS. A cache, gone with a restart;
 * an id that another stream used before stays that stream's.
 */
export class RecentIds {
  private readonly records = new Map<string, LogRecord>();

  add(record: LogRecord): void {
    if (this.records.has(record.id)) return;
    this.records.set(record.id, record);
    if (this.records.size > CAPACITY) this.records.delete(this.records.keys().next().value!);
  }

  in(stream: string, id: string): LogRecord | undefined {
    const record = this.records.get(id);
    return record?.stream === stream ? record : undefined;
  }
}
