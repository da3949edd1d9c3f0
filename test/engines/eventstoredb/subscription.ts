import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { fail, isOver, send, type ReadCall } from './answers.js';
import { encodedFor, indexOf } from './counted-read.js';
import { encodedCaughtUp, encodedCheckpoint, encodedConfirmation } from './encoding.js';
import type { Faults } from './faults.js';
import { filterOf, type Filter } from './filter.js';
import type { Log } from './log.js';
import { TOMBSTONE, type LogRecord } from './record.js';
import { streamDeleted, tooSlow } from './status.js';

type Options = streams.ReadReq.Options;

/** Events that may wait for a live subscriber; one more, and it is dropped. */
const LIVE_BUFFER = 99;
const EXAMINED_AT_ONCE = 2_000;

/** A `Streams/Read` that goes on: history, then what is appended. */
export class Subscription {
  private readonly stream: string | undefined;
  private readonly filter: Filter;
  /** Index of the next record to examine. */
  private next: number;
  private examined = 0;
  private live = false;
  /** Of a stream; what lies before is hidden by its metadata. */
  private readonly firstRevision: number;
  private toldCaughtUp = false;
  private queue: Buffer[] = [];
  private wake: () => void = () => undefined;
  private readonly onCommit = () => this.committed();

  /** @throws CallFailure the stream is tombstoned, or no event is at the position. */
  constructor(
    private readonly log: Log,
    private readonly faults: Faults,
    private readonly call: ReadCall,
    private readonly options: Options,
  ) {
    const identifier = options.getStream()?.getStreamIdentifier();
    this.stream = identifier && Buffer.from(identifier.getStreamName_asU8()).toString();
    if (this.stream !== undefined && log.isTombstoned(this.stream)) throw streamDeleted(this.stream);
    this.firstRevision = this.stream === undefined ? 0 : (log.visible(this.stream)?.[0]?.revision ?? log.lastRevision(this.stream) + 1);
    this.filter = filterOf(options);
    this.next = this.start();
  }

  async run(): Promise<void> {
    this.log.on('commit', this.onCommit);
    this.call.on('cancelled', () => this.wake());
    try {
      await send(this.call, encodedConfirmation(randomUUID()));
      while (!isOver(this.call)) {
        if (this.queue.length > 0) await this.sendQueued();
        else if (!this.live) await this.readHistory();
        else await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } catch (error) {
      fail(this.call, error);
    } finally {
      this.log.off('commit', this.onCommit);
    }
  }

  /** Ends it as a server does that lets go of its subscribers. */
  drop(): void {
    this.queue = [];
    this.log.off('commit', this.onCommit);
    this.call.emit('error', tooSlow());
    this.wake();
  }

  private async readHistory(): Promise<void> {
    const to = Math.min(this.log.committed, this.next + EXAMINED_AT_ONCE);
    while (this.next < to) this.examine(this.log.records[this.next++]!);
    if (this.next < this.log.committed) return void (await setImmediate());
    this.live = true;
    if (this.mayTellCaughtUp()) this.tellCaughtUp();
  }

  /** A stream that is not there has nothing to catch up with, and the server says so only after its first event. */
  private mayTellCaughtUp(): boolean {
    return this.stream === undefined || this.log.visible(this.stream) !== undefined;
  }

  private committed(): void {
    if (!this.live) return;
    const before = this.next;
    while (this.next < this.log.committed) this.examine(this.log.records[this.next++]!);
    if (this.queue.length > LIVE_BUFFER) return this.drop();
    if (this.next > before) this.wake();
  }

  private examine(record: LogRecord): void {
    if (this.stream === undefined ? this.filter.wants(record) : this.isWantedOfStream(record)) this.deliver(record);
    this.examined++;
    const { firstCheckpointAfter, checkpointEvery } = this.filter;
    const since = this.examined - firstCheckpointAfter;
    if (since >= 0 && since % checkpointEvery === 0) this.queue.push(encodedCheckpoint(record.position));
  }

  private deliver(record: LogRecord): void {
    const bytes = encodedFor(this.log, record, this.options.getResolveLinks());
    this.queue.push(bytes);
    if (this.faults.duplicateEvents) this.queue.push(bytes);
    if (this.live && !this.toldCaughtUp) this.tellCaughtUp();
  }

  private tellCaughtUp(): void {
    this.toldCaughtUp = true;
    this.queue.push(encodedCaughtUp());
  }

  private isWantedOfStream(record: LogRecord): boolean {
    const given = this.options.getStream()!;
    if (record.stream !== this.stream) return false;
    if (record.revision === TOMBSTONE) return true;
    return record.revision >= this.firstRevision && (!given.hasRevision() || record.revision > Number(given.getRevision()));
  }

  private async sendQueued(): Promise<void> {
    const batch = this.queue;
    this.queue = [];
    for (const bytes of batch) if (!(await send(this.call, bytes))) return;
    if (this.stream !== undefined && this.log.isTombstoned(this.stream)) throw streamDeleted(this.stream);
  }

  private start(): number {
    if (this.options.hasStream()) return this.options.getStream()!.hasEnd() ? this.log.committed : 0;
    const given = this.options.getAll()!;
    if (given.hasEnd()) return this.log.committed;
    if (given.hasStart()) return 0;
    const position = given.getPosition()!;
    // A checkpoint has 0 as its prepare position. A position is exclusive.
    return Math.min(indexOf(this.log, position) + (position.getCommitPosition() === '0' ? 0 : 1), this.log.committed);
  }
}
