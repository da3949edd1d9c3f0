import { join } from 'node:path';
import {
  BEGINNING,
  StoreUnavailable,
  type AppendResult,
  type EventPage,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type SubscribeOptions,
} from '#event-sourcing';
import { checkInteger, encodeAppend } from '../../input.js';
import type { DataFolder } from '../data-folder.js';
import { Appender } from './appender.js';
import { backUpLog } from './backup.js';
import { CommittedLog } from './committed-log.js';
import { EventLoop } from './event-loop.js';
import { EVENTS_FILE, INDEX_FILE } from './files.js';
import { ReadingAhead } from './reading-ahead.js';
import { Writer } from './writer.js';

/** More SQLite does not map. */
const LARGEST_MAP = 2_147_418_112;

export interface SqliteEventStoreOptions {
  /** Its lock makes this process the only writer. */
  folder: DataFolder;
  /** The file is not let grow over this, as if the disk were full. */
  maxBytes?: number;
  /**
   * Bytes of the file, from its beginning, that streams are read from through a memory map; the rest is read with
   * calls. A disk that fails to read a mapped page ends the process, where a call would fail; 0 maps nothing.
   */
  mappedBytes?: number;
  /** So many of the events committed last are kept in memory. */
  recentEvents?: number;
  /** The index of streams is filled so many events at a time. */
  segmentSize?: number;
}

const PAGE_SIZE = 1000;

/**
 * The log in an SQLite file, `events.db`, with an index that is derived from it, `streams.db`. Appends are committed in groups by a thread of their own and flushed to the
 * disk before they are acknowledged; this thread reads. Positions count from 1 without gaps; `recordedAt` never goes back.
 */
export class SqliteEventStore implements EventStore {
  readonly tellsRepetitions = true;
  private closing: Promise<void> | undefined;
  private readonly eventLoop = new EventLoop();

  private constructor(
    readonly path: string,
    private readonly writer: Writer,
    private readonly log: CommittedLog,
    private readonly appender: Appender,
  ) {}

  /** @throws Error the file cannot be opened, belongs to another program, or is newer than this one; says what to do. */
  static async open(options: SqliteEventStoreOptions): Promise<SqliteEventStore> {
    const { folder, maxBytes, segmentSize = 16_384, recentEvents = 4096, mappedBytes = LARGEST_MAP } = options;
    const [path, index] = [join(folder.path, EVENTS_FILE), join(folder.path, INDEX_FILE)];
    const writer = new Writer({ eventsFile: path, indexFile: index, maxBytes, segmentSize });
    await writer.start({ mayReplaceIndex: true });
    try {
      const log = new CommittedLog(path, { index, segmentSize, recentEvents, mappedBytes });
      return new SqliteEventStore(path, writer, log, new Appender(writer, log));
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    this.checkOpen();
    return this.appender.append(stream, expected, encodeAppend(stream, expected, events));
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<readonly RecordedEvent[]> {
    const { from, direction = 'forwards', limit = Infinity } = options;
    checkInteger('first revision', from, 0);
    const forwards = direction === 'forwards';
    let next = from ?? (forwards ? 0 : Number.MAX_SAFE_INTEGER);
    for (let left = limit; left > 0; ) {
      this.checkOpen();
      const events = forwards ? this.log.streams.forwards(stream, next, left) : this.log.streams.backwards(stream, next, left);
      if (events.length === 0) return;
      yield events;
      next = events.at(-1)!.revision + (forwards ? 1 : -1);
      left -= events.length;
      await this.eventLoop.breathe();
    }
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<EventPage> {
    const { after = BEGINNING, until = Infinity, filter, pageSize = PAGE_SIZE } = options;
    checkInteger('page size', pageSize, 1);
    const pages = new ReadingAhead(this.log, until, filter, pageSize);
    let page: EventPage | undefined;
    do {
      this.checkOpen();
      page = await pages.page(page?.position ?? after);
      yield page;
      await this.eventLoop.breathe();
    } while (!page.caughtUp && page.position < until);
  }

  async readAt(positions: readonly Position[]): Promise<readonly RecordedEvent[]> {
    this.checkOpen();
    return this.log.streams.at(positions);
  }

  async *subscribe(options: SubscribeOptions = {}): AsyncGenerator<EventPage> {
    const { filter, pageSize = PAGE_SIZE, signal } = options;
    checkInteger('page size', pageSize, 1);
    const pages = new ReadingAhead(this.log, Infinity, filter, pageSize);
    let position = options.after ?? BEGINNING;
    let caughtUp = false;
    const wake = () => this.log.wake();
    signal?.addEventListener('abort', wake);
    try {
      while (!signal?.aborted && !this.closing) {
        if (caughtUp && position >= this.log.head) {
          await this.log.growth();
          continue;
        }
        const page = await pages.page(position);
        ({ position, caughtUp } = page);
        yield page;
        await this.eventLoop.breathe();
      }
    } finally {
      signal?.removeEventListener('abort', wake);
    }
  }

  async head(): Promise<Position> {
    this.checkOpen();
    return this.log.head;
  }

  /**
   * Copies the log as it is now into a new file, which can take the place of `events.db`; appends go on meanwhile.
   * @throws Error the file exists or cannot be written.
   */
  async backup(toFile: string): Promise<void> {
    this.checkOpen();
    await backUpLog(this.path, toFile);
  }

  /** Waits for the appends under way, then closes the file. Subscriptions end. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    this.log.wake();
    await this.appender.drained();
    await this.log.close();
    await this.writer.close();
  }

  private checkOpen(): void {
    if (this.closing) throw new StoreUnavailable(`${this.path} is closed.`);
  }
}
