import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { BEGINNING, matches, pause, StoreUnavailable, type EventFilter, type EventPage, type Position } from '#event-sourcing';
import type { Connection } from './connection.js';
import { isDrop } from './faults.js';
import { Silence } from './messages.js';
import { PageBuilder, type Sign } from './page-builder.js';
import { serverFilter, subscriptionRequest, type CheckpointPace } from './requests.js';
import { positionOf, recordedEvent } from './stored-event.js';
import type { StreamReader } from './stream-reader.js';

export interface FeedOptions {
  after: Position;
  filter?: EventFilter | undefined;
  pageSize: number;
  signal: AbortSignal;
}

/** In history a sign of the server's progress is wanted now and then; live, at each event, so that positions move on. */
const HISTORY: CheckpointPace = { interval: 4, window: 1_000 };
const LIVE: CheckpointPace = { interval: 1, window: 1 };
/** In steps of one event the server may be slower than others append: then history, in long steps, catches up first. */
const STEPS_BEFORE_LIVE = 5_000;
/** A live subscription that has been silent so long may be dead without a word: it is made anew. */
const LIVE_SILENCE_MS = 60_000;
/** The server is there, and has come no further. */
const NO_NEWS: Sign = { position: BEGINNING };
const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/**
 * The log in its order, filtered by the server: history until the end, then live. The server drops a live subscription
 * in every burst of appends; it then goes on with history after the last event seen, which is never dropped.
 */
export class LogFeed {
  constructor(
    private readonly connection: Connection,
    private readonly reader: StreamReader,
    private readonly options: { prefix: string; timeoutMs: number },
  ) {}

  /**
   * Up to the end of the log or up to `until`, inclusive; the last page says so.
   * @throws StoreUnavailable
   */
  async *history(options: FeedOptions, until = Infinity): AsyncGenerator<EventPage> {
    const { after, filter, pageSize, signal } = options;
    const head = await this.reader.head();
    const end = Math.max(after, Math.min(until, head));
    const page = new PageBuilder(after, pageSize);
    if (matchesNothing(filter)) page.moveTo(end);
    while (page.position < end && !signal.aborted) {
      for await (const signs of this.signs(page.position, HISTORY, options)) {
        yield* page.fill(signs, end);
        if (page.position >= end) break;
        if (page.isDue) yield page.take(false);
      }
    }
    if (!signal.aborted) yield page.take(page.position >= head);
  }

  /** For as long as nobody aborts; outages are waited for. */
  async *follow(options: FeedOptions): AsyncGenerator<EventPage> {
    const { signal } = options;
    let { after } = options;
    let wasCaughtUp = false;
    for (let failures = 0; !signal.aborted; ) {
      try {
        for await (const page of this.untilDropped({ ...options, after })) {
          failures = 0;
          if (page.position <= after && wasCaughtUp) continue;
          wasCaughtUp ||= page.caughtUp;
          after = page.position;
          yield page;
        }
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        this.connection.failed(error);
        await pause(Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** failures++), signal);
      }
    }
  }

  private async *untilDropped(options: FeedOptions): AsyncGenerator<EventPage> {
    let { after } = options;
    for await (const page of this.history(options)) {
      after = page.position;
      yield page;
    }
    if (!options.signal.aborted) yield* this.live({ ...options, after });
  }

  private async *live(options: FeedOptions): AsyncGenerator<EventPage> {
    const page = new PageBuilder(options.after, options.pageSize);
    let examined = 0;
    for await (const signs of this.signs(options.after, LIVE, options)) {
      examined = signs.some(({ position }) => position === Infinity) ? -Infinity : examined + signs.length;
      yield* page.fill(signs.filter(({ position }) => position < Infinity), Infinity);
      if (page.hasMoved) yield page.take(true);
      if (examined > STEPS_BEFORE_LIVE) return;
    }
  }

  /** What one subscription tells until the server drops it. */
  private async *signs(after: Position, pace: CheckpointPace, { filter, signal }: FeedOptions): AsyncGenerator<Sign[]> {
    const request = subscriptionRequest(after, serverFilter(filter, this.options.prefix, pace));
    const messages = await this.connection.read(request, (message) => this.signIn(message, filter));
    const cancel = () => messages.cancel();
    signal.addEventListener('abort', cancel);
    const silenceMs = pace === LIVE ? LIVE_SILENCE_MS : this.options.timeoutMs;
    let last = after;
    // What comes twice is passed over.
    const isNew = ({ position, event }: Sign) => {
      if (event && position <= last) return false;
      if (event) last = position;
      return true;
    };
    try {
      while (!signal.aborted) {
        const taken = await messages.take(silenceMs);
        if (taken.length === 0 && !signal.aborted) throw new StoreUnavailable('EventStoreDB ended a subscription.');
        yield taken.filter(isNew);
      }
    } catch (error) {
      const isNormal = isDrop((error as Error).cause) || (pace === LIVE && error instanceof Silence);
      if (!isNormal) throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
      messages.cancel();
    }
  }

  private signIn(message: streams.ReadResp, filter: EventFilter | undefined): Sign {
    if (message.hasCaughtUp()) return { position: Infinity };
    if (message.hasCheckpoint()) return { position: positionOf(message.getCheckpoint()!.getCommitPosition()) };
    if (!message.hasEvent()) return NO_NEWS;
    const stored = message.getEvent()!.getEvent()!;
    const event = recordedEvent(stored, this.options.prefix);
    return { position: positionOf(stored.getCommitPosition()), event: event && matches(filter, event) ? event : undefined };
  }
}

const matchesNothing = (filter: EventFilter | undefined) => filter?.types?.length === 0 || filter?.categories?.length === 0;
