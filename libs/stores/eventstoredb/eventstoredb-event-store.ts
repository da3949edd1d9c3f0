import { setMaxListeners } from 'node:events';
import {
  BEGINNING,
  silentLog,
  StoreUnavailable,
  type AppendResult,
  type EventPage,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type Log,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type SubscribeOptions,
} from '#event-sourcing';
import { checkInteger, encodeAppend } from '../input.js';
import { Appender } from './appender.js';
import { Connection } from './connection.js';
import { parseConnectionString } from './connection-string/index.js';
import { LogFeed, type FeedOptions } from './log-feed.js';
import { StreamReader } from './stream-reader.js';

export interface EventStoreDbOptions {
  /** esdb://, esdb+discover://, kurrentdb:// or kurrentdb+discover://, with hosts, credentials and TLS. */
  connection: string;
  /** Put before the name of every stream, so that several installations can share a server. Default: nothing. */
  prefix?: string;
  /** Milliseconds after which an append or a read that is not answered fails. Default 5,000. */
  timeoutMs?: number;
  log?: Log;
}

const PAGE_SIZE = 1_000;
const READS_AT_ONCE = 32;

/**
 * The log in EventStoreDB or KurrentDB, from 23.10 on. Positions are the server's commit positions; `recordedAt` is its
 * time of the append. Events of other programs and of the server itself are passed over.
 */
export class EventStoreDbEventStore implements EventStore {
  /** Positions are bytes of the log. */
  readonly positionsOfAnEvent = 600;
  private readonly connection: Connection;
  private readonly reader: StreamReader;
  private readonly appender: Appender;
  private readonly feed: LogFeed;
  private readonly closing = new AbortController();
  private closed: Promise<void> | undefined;

  /**
   * Connects with the first call: a server that is away at the start is like one that goes away.
   * @throws InvalidConnectionString
   */
  constructor({ connection, prefix = '', timeoutMs = 5_000, log = silentLog }: EventStoreDbOptions) {
    const options = { prefix, timeoutMs };
    // Each reader of the log listens to the end.
    setMaxListeners(0, this.closing.signal);
    this.connection = new Connection(parseConnectionString(connection), log);
    this.reader = new StreamReader(this.connection, prefix, timeoutMs);
    this.appender = new Appender(this.connection, this.reader, options);
    this.feed = new LogFeed(this.connection, this.reader, options);
  }

  /** @throws StreamTombstoned besides what every store throws. */
  async append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    this.checkOpen();
    return this.appender.append(stream, expected, encodeAppend(stream, expected, events));
  }

  /** @throws StreamTombstoned */
  async readAt(positions: readonly Position[]): Promise<readonly RecordedEvent[]> {
    const found: (RecordedEvent | undefined)[] = [];
    // The server has no read of many positions; so many at once keep it busy.
    for (let next = 0; next < positions.length; next += READS_AT_ONCE) {
      found.push(...(await Promise.all(positions.slice(next, next + READS_AT_ONCE).map((position) => this.reader.at(position)))));
    }
    return found.filter((event) => event !== undefined);
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<readonly RecordedEvent[]> {
    const { from, direction = 'forwards', limit = Number.MAX_SAFE_INTEGER } = options;
    checkInteger('first revision', from, 0);
    this.checkOpen();
    const count = Math.min(limit, Number.MAX_SAFE_INTEGER);
    if (count > 0) yield* this.reader.pages({ stream, from, backwards: direction === 'backwards', count });
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<EventPage> {
    yield* this.feed.history(this.feedOptions(options, this.closing.signal), options.until);
    // Closed in the middle: what was read is not all.
    this.checkOpen();
  }

  /** Goes on by itself when the server drops it or is away for a while. */
  async *subscribe(options: SubscribeOptions = {}): AsyncGenerator<EventPage> {
    const signal = options.signal ? AbortSignal.any([options.signal, this.closing.signal]) : this.closing.signal;
    if (!signal.aborted) yield* this.feed.follow(this.feedOptions(options, signal));
  }

  /** The server's own events count. */
  async head(): Promise<Position> {
    this.checkOpen();
    return this.reader.head();
  }

  /** Waits for the appends under way, then lets go of the connection. Subscriptions end. */
  close(): Promise<void> {
    this.closed ??= this.shutDown();
    return this.closed;
  }

  private async shutDown(): Promise<void> {
    this.closing.abort();
    await this.appender.drained();
    await this.connection.close();
  }

  private feedOptions({ after = BEGINNING, filter, pageSize = PAGE_SIZE }: ReadAllOptions, signal: AbortSignal): FeedOptions {
    checkInteger('page size', pageSize, 1);
    this.checkOpen();
    return { after, filter, pageSize, signal };
  }

  private checkOpen(): void {
    if (this.closing.signal.aborted) throw new StoreUnavailable(`The connection to EventStoreDB at ${this.connection.hosts} is closed.`);
  }
}
