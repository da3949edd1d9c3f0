import { EventEmitter } from 'node:events';
import { RecentIds } from './idempotence.js';
import { LogFile } from './log-file.js';
import { isMetastream, metastreamOf, TOMBSTONE, type LogRecord, type Proposed } from './record.js';
import { isSoftDeleted, parseStreamMetadata, SOFT_DELETED, type StreamMetadata } from './stream-metadata.js';

export type Expected = 'any' | 'no_stream' | 'stream_exists' | number;

/** What comes of an append; `never` is the reversed batch at ANY that a real server leaves without an answer. */
export type Outcome =
  | { kind: 'appended'; revision: number; position: number }
  | { kind: 'wrong'; actual: number }
  | { kind: 'deleted' }
  | { kind: 'timeout' }
  | { kind: 'never' };

type Decision = { kind: 'append' } | { kind: 'repeated'; last: LogRecord } | Exclude<Outcome, { kind: 'appended' | 'timeout' }>;

interface Stream {
  /** By revision. */
  events: LogRecord[];
  tombstone?: LogRecord;
}

const FIRST_POSITION = 548;
const DELIVERED_FIRST_EVERY = 20;
const RECORD_BYTES = 88;
const NO_BYTES = new Uint8Array();
/** How long a duplicate of an append that is not committed yet waits for it in vain: a setting of the server, as a rule two seconds. */
const DUPLICATE_TIMEOUT_MS = 500;

/**
 * The log of the server: appends are decided and numbered at once, and seen and answered when their group is committed.
 * Emits `commit` when there is more to see.
 */
export class Log extends EventEmitter<{ commit: [] }> {
  /** In the order of positions; those from {@link committed} on are not seen yet. */
  readonly records: LogRecord[] = [];
  committed = 0;
  private readonly streams = new Map<string, Stream>();
  private readonly recent = new RecentIds();
  private readonly file: LogFile | undefined;
  private nextPosition = FIRST_POSITION;
  private commits = 0;
  private commitUnderWay = false;
  private waiting: (() => void)[] = [];

  /** @param path keeps the log in this file; without it a restart forgets it. */
  constructor(path?: string) {
    super();
    this.setMaxListeners(0);
    this.file = path === undefined ? undefined : new LogFile(path);
    for (const record of this.file?.read() ?? []) this.add(record);
    this.committed = this.records.length;
    if (this.committed === 0) this.write('$$$scavenges', [proposed('$metadata', '{"$maxAge":2592000}')]);
  }

  get head(): number {
    return this.records[this.committed - 1]?.position ?? 0;
  }

  async append(name: string, expected: Expected, events: readonly Proposed[]): Promise<Outcome> {
    const decision = this.decide(name, expected, events);
    if (decision.kind === 'repeated') return this.repeated(decision.last);
    if (decision.kind !== 'append') return decision;
    const before = this.lastRevision(name);
    // Answered, and nothing is there: so does the real server.
    if (events.length === 0) return { kind: 'appended', revision: Math.max(before, 0), position: this.head };
    const wasDeleted = isSoftDeleted(this.metadata(name));
    const { revision, position } = this.write(name, events);
    if (wasDeleted) this.write(metastreamOf(name), [proposed('$metadata', `{"$tb":${before + 1}}`)]);
    await this.nextCommit();
    return { kind: 'appended', revision, position };
  }

  /** Puts an event of the system between those of users. */
  async appendSystemEvent(stream: string, type: string): Promise<void> {
    this.write(stream, [proposed(type, '{}')]);
    await this.nextCommit();
  }

  /** Hides what is there; what is appended later goes on counting. @returns the position of the deletion. */
  async softDelete(name: string): Promise<number> {
    const { position } = this.write(metastreamOf(name), [proposed('$metadata', SOFT_DELETED)]);
    await this.nextCommit();
    return position;
  }

  async tombstone(name: string): Promise<number> {
    const { position } = this.write(name, [proposed('$streamDeleted', '')], TOMBSTONE);
    await this.nextCommit();
    return position;
  }

  /** -1 where there is none; a soft deleted stream still has its last revision. */
  lastRevision(name: string): number {
    return (this.streams.get(name)?.events.length ?? 0) - 1;
  }

  isTombstoned(name: string): boolean {
    const stream = isMetastream(name) ? name.slice(2) : name;
    return this.streams.get(stream)?.tombstone !== undefined;
  }

  /** Committed and not hidden by the stream's metadata; undefined for a stream that is missing or soft deleted. */
  visible(name: string): LogRecord[] | undefined {
    const events = this.streams.get(name)?.events ?? [];
    let end = events.length;
    while (end > 0 && events[end - 1]!.position > this.head) end--;
    const metadata = this.metadata(name);
    if (end === 0 || isSoftDeleted(metadata)) return undefined;
    const { maxCount = Infinity, truncateBefore = 0, maxAge } = metadata;
    const kept = events.slice(Math.max(truncateBefore, end - maxCount, 0), end);
    return maxAge === undefined ? kept : kept.filter(({ created }) => Number(created) / 10_000 >= Date.now() - maxAge * 1000);
  }

  at(stream: string, revision: number): LogRecord | undefined {
    return this.streams.get(stream)?.events[revision];
  }

  /** Index of the first committed record at or after a position. */
  indexAt(position: number): number {
    let [low, high] = [0, this.committed];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.records[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  close(): void {
    this.file?.close();
  }

  private metadata(name: string): StreamMetadata {
    const last = this.streams.get(metastreamOf(name))?.events.at(-1);
    return last ? parseStreamMetadata(last.data) : {};
  }

  private decide(name: string, expected: Expected, events: readonly Proposed[]): Decision {
    if (this.isTombstoned(name)) return { kind: 'deleted' };
    const last = this.lastRevision(name);
    const softDeleted = isSoftDeleted(this.metadata(name));
    if (expected === 'stream_exists') {
      if (softDeleted) return { kind: 'deleted' };
      if (last < 0 && this.lastRevision(metastreamOf(name)) < 0) return { kind: 'wrong', actual: last };
    }
    if (typeof expected === 'string' && expected !== 'no_stream') return this.decideByIds(name, last, events);
    const at = expected === 'no_stream' ? -1 : expected;
    if (at === last) return { kind: 'append' };
    if (at > last) return { kind: 'wrong', actual: last };
    return this.decideByRevisions(name, at + 1, events, softDeleted && expected === 'no_stream');
  }

  private decideByIds(name: string, last: number, events: readonly Proposed[]): Decision {
    const known = events.map(({ id }) => this.recent.in(name, id));
    if (!known[0]) return { kind: 'append' };
    if (known.some((record) => !record)) return { kind: 'wrong', actual: last };
    return known.at(-1)!.revision < known[0].revision ? { kind: 'never' } : { kind: 'repeated', last: known.at(-1)! };
  }

  private decideByRevisions(name: string, first: number, events: readonly Proposed[], mayBeginAnew: boolean): Decision {
    const history = this.streams.get(name)!.events;
    const differs = events.findIndex(({ id }, i) => history[first + i]?.id !== id);
    if (differs < 0 && events.length > 0) return { kind: 'repeated', last: history[first + events.length - 1]! };
    return differs <= 0 && mayBeginAnew ? { kind: 'append' } : { kind: 'wrong', actual: history.length - 1 };
  }

  private async repeated({ revision, position }: LogRecord): Promise<Outcome> {
    if (position <= this.head) return { kind: 'appended', revision, position };
    await new Promise((resolve) => setTimeout(resolve, DUPLICATE_TIMEOUT_MS));
    return { kind: 'timeout' };
  }

  private write(stream: string, events: readonly Proposed[], revision?: number): LogRecord {
    const created = String(BigInt(Date.now()) * 10_000n);
    const next = this.lastRevision(stream) + 1;
    const made = events.map((event, i): LogRecord => {
      const record = { ...event, stream, revision: revision ?? next + i, position: this.nextPosition, created };
      this.add(record);
      this.recent.add(record);
      return record;
    });
    this.file?.add(made);
    void this.commit();
    return made.at(-1)!;
  }

  private add(record: LogRecord): void {
    const stream = this.streams.get(record.stream) ?? { events: [] };
    if (record.revision === TOMBSTONE) stream.tombstone = record;
    else stream.events.push(record);
    this.streams.set(record.stream, stream);
    this.records.push(record);
    this.nextPosition = record.position + RECORD_BYTES + Buffer.byteLength(record.stream) + Buffer.byteLength(record.type) + record.data.length + record.metadata.length;
  }

  private nextCommit(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** What comes while one group is on its way to the disk makes up the next. */
  private async commit(): Promise<void> {
    if (this.commitUnderWay) return;
    this.commitUnderWay = true;
    await new Promise(setImmediate);
    while (this.committed < this.records.length) {
      const [waiting, to] = [this.waiting, this.records.length];
      this.waiting = [];
      await this.file?.flush();
      this.committed = to;
      // Most answers are sent before the event is delivered; sometimes it is the other way round.
      if (++this.commits % DELIVERED_FIRST_EVERY === 0) this.emit('commit');
      for (const answer of waiting) answer();
      await new Promise(setImmediate);
      this.emit('commit');
    }
    this.commitUnderWay = false;
  }
}

function proposed(type: string, json: string): Proposed {
  return { id: crypto.randomUUID(), type, contentType: 'application/json', data: json === '' ? NO_BYTES : Buffer.from(json), metadata: NO_BYTES };
}
