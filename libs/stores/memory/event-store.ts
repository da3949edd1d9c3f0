import {
  BEGINNING,
  matches,
  NO_REVISION,
  StoreUnavailable,
  WrongExpectedRevision,
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
import { checkInteger, encodeAppend, type EncodedEvent } from '../input.js';

const PAGE_SIZE = 100;

/** An event whose data and metadata are JSON, so that neither what was appended nor what is read is shared with a caller. */
type StoredEvent = EncodedEvent & Pick<RecordedEvent, 'stream' | 'revision' | 'position' | 'recordedAt'>;

/** The log in memory, for tests. Like any store it gives each reader copies of its own. */
export class MemoryEventStore implements EventStore {
  readonly tellsRepetitions = true;
  private readonly events: StoredEvent[] = [];
  private readonly streams = new Map<string, StoredEvent[]>();
  private readonly waiting = new Set<() => void>();
  private closed = false;

  async append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    this.checkOpen();
    const encoded = encodeAppend(stream, expected, events);
    const history = this.streams.get(stream) ?? [];
    if (!fits(expected, history.length - 1)) return answerMisfit(stream, expected, events, history);
    const recordedAt = new Date().toISOString();
    for (const each of encoded) {
      const event = { ...each, stream, revision: history.length, position: this.events.length + 1, recordedAt };
      this.events.push(event);
      history.push(event);
    }
    this.streams.set(stream, history);
    this.wake();
    return { revision: history.length - 1, position: this.events.length };
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<readonly RecordedEvent[]> {
    const { from, direction = 'forwards', limit = Infinity } = options;
    checkInteger('first revision', from, 0);
    this.checkOpen();
    const history = this.streams.get(stream) ?? [];
    const wanted = direction === 'forwards' ? history.slice(from ?? 0) : history.slice(0, (from ?? history.length) + 1).reverse();
    const events = wanted.slice(0, limit);
    for (let next = 0; next < events.length; next += PAGE_SIZE) yield events.slice(next, next + PAGE_SIZE).map(recorded);
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<EventPage> {
    const { after = BEGINNING, until = Infinity } = options;
    let page: EventPage | undefined;
    do {
      page = this.page(page?.position ?? after, until, options);
      yield page;
    } while (!page.caughtUp && page.position < until);
  }

  async readAt(positions: readonly Position[]): Promise<readonly RecordedEvent[]> {
    this.checkOpen();
    return positions.flatMap((position) => this.events[position - 1] ?? []).map(recorded);
  }

  async *subscribe(options: SubscribeOptions = {}): AsyncGenerator<EventPage> {
    const { after = BEGINNING, signal } = options;
    const wake = () => this.wake();
    signal?.addEventListener('abort', wake);
    try {
      for (let page: EventPage | undefined; !signal?.aborted && !this.closed; ) {
        if (page && page.position >= this.events.length) {
          await new Promise<void>((resolve) => this.waiting.add(resolve));
        } else {
          page = this.page(page?.position ?? after, Infinity, options);
          yield page;
        }
      }
    } finally {
      signal?.removeEventListener('abort', wake);
    }
  }

  async head(): Promise<Position> {
    return this.events.length;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.wake();
  }

  /** Examines as many events as fit into a page, whether they match or not. */
  private page(after: Position, until: Position, { filter, pageSize = PAGE_SIZE }: ReadAllOptions): EventPage {
    checkInteger('page size', pageSize, 1);
    this.checkOpen();
    const position = Math.max(after, Math.min(until, after + pageSize, this.events.length));
    const events = this.events.slice(after, position).filter((event) => matches(filter, event));
    return { events: events.map(recorded), position, caughtUp: position >= this.events.length };
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resolve of waiting) resolve();
  }

  private checkOpen(): void {
    if (this.closed) throw new StoreUnavailable('The store in memory is closed.');
  }
}

function fits(expected: ExpectedRevision, actual: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'none') return actual === NO_REVISION;
  if (expected === 'exists') return actual > NO_REVISION;
  return actual === expected;
}

/** Either it was appended before, and gets the same answer, or it is refused. */
function answerMisfit(
  stream: string,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
  history: readonly StoredEvent[],
): AppendResult {
  const first = expected === 'none' ? 0 : Number(expected) + 1;
  const last = history[first + events.length - 1];
  const same = last && events.every(({ id }, i) => history[first + i]!.id === id);
  if (!same) throw new WrongExpectedRevision(stream, expected, history.length - 1);
  return { revision: last.revision, position: last.position, repeated: true };
}

function recorded(event: StoredEvent): RecordedEvent {
  return { ...event, data: JSON.parse(event.data) as object, metadata: JSON.parse(event.metadata) as RecordedEvent['metadata'] };
}
