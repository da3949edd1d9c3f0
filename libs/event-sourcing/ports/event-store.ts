/**
 * Where an event stands in the global order of its store. Opaque: compare two of one store with `<`, keep them,
 * hand them back; never compute with them. Real positions are > 0; {@link BEGINNING} is before the first event.
 * A safe integer in every adapter (an adapter whose store counts further refuses to go on).
 */
export type Position = number;

export const BEGINNING: Position = 0;

/** Revision of a stream that has no event. The first event of a stream has revision 0. */
export const NO_REVISION = -1;

/** What a stream must look like for an append to happen: this very revision, no event, some event, or anything. */
export type ExpectedRevision = number | 'none' | 'exists' | 'any';

export interface EventMetadata {
  /** The command that made the event: same id, same command, happens once. */
  commandId: string;
  /** Class name of that command. */
  command?: string;
  /** The business conversation that the event belongs to. */
  correlationId: string;
  /** The event or command that caused it. */
  causationId?: string;
  /** How many commands of processes led to it, one by the other; absent: none. */
  depth?: number;
  /** Who did it. */
  actor: string;
  /** The way it came in: `http`, `import:<batch>`, a process manager's name… */
  source: string;
}

export interface EventToAppend {
  /** A UUID. Appending the same ids again at the original expected revision is answered with the first result. */
  id: string;
  type: string;
  schemaVersion: number;
  /** Business time, ISO 8601 in UTC with milliseconds. */
  occurredAt: string;
  /** JSON: plain objects, arrays, strings, finite numbers, booleans, null. */
  data: object;
  metadata: EventMetadata;
}

export interface RecordedEvent<Data = object> extends EventToAppend {
  data: Data & object;
  stream: string;
  revision: number;
  position: Position;
  /** The store's time of the append, ISO 8601 in UTC with milliseconds. */
  recordedAt: string;
  /** Of the metadata, from stores that know it without parsing the whole. */
  readonly commandId?: string;
}

/** Revision and position of the last event of an append. */
export interface AppendResult {
  revision: number;
  position: Position;
  /** The events were there already; from stores that {@link EventStore.tellsRepetitions}. */
  repeated?: boolean;
}

/** Events that match one of the categories (when given) and one of the types (when given). An empty list matches nothing. */
export interface EventFilter {
  categories?: readonly string[];
  types?: readonly string[];
}

export interface EventPage {
  events: readonly RecordedEvent[];
  /** The log has been examined up to here; continue with `after: position`. May lie past the last event of the page. */
  position: Position;
  /** True where this page ends at what was the end of the log when it was read. */
  caughtUp: boolean;
}

export interface ReadStreamOptions {
  /** First revision to read, inclusive. Default: the first forwards, the last backwards. */
  from?: number;
  direction?: 'forwards' | 'backwards';
  limit?: number;
}

export interface ReadAllOptions {
  /** Forwards: events after this position. Default {@link BEGINNING}. */
  after?: Position;
  /** Stop at this position, inclusive. Default: the end of the log. */
  until?: Position;
  filter?: EventFilter;
  /** Events in one page at the most. */
  pageSize?: number;
}

export interface SubscribeOptions {
  after?: Position;
  filter?: EventFilter;
  pageSize?: number;
  /** Ends the subscription; its iterator then ends normally. */
  signal?: AbortSignal;
}

/** What stores differ in. */
export interface StoreTraits {
  /** By how much an event moves the position on, about; 1 unless said otherwise. Tells what is near in a log, and nothing else. */
  readonly positionsOfAnEvent?: number;
  /** An append that happened before is answered with `repeated`. Where this is not said, it is answered as if it had happened now. */
  readonly tellsRepetitions?: boolean;
}

/** For a store that stands before another: it differs in the same. */
export function traitsOf({ positionsOfAnEvent, tellsRepetitions }: StoreTraits): StoreTraits {
  return { ...(positionsOfAnEvent !== undefined && { positionsOfAnEvent }), ...(tellsRepetitions !== undefined && { tellsRepetitions }) };
}

/** The port of the log. Its adapters all pass `eventStoreContract`. */
export interface EventStore extends StoreTraits {
  /**
   * Appends all events or none; durable when it resolves.
   * @throws WrongExpectedRevision the stream is not as expected.
   * @throws AppendTooLarge the events together are over {@link MAX_APPEND_BYTES}.
   * @throws StoreUnavailable the store cannot be reached or written; the outcome may be unknown, repeating with the same ids is safe.
   */
  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult>;
  /** Pages of one stream in revision order. A missing stream gives no page. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<readonly RecordedEvent[]>;
  /** Pages of the whole log in global order up to its end at the time of the last page. */
  readAll(options?: ReadAllOptions): AsyncIterable<EventPage>;
  /** The events at these positions, in the order given. Positions have to be those of events, as the log gave them. */
  readAt(positions: readonly Position[]): Promise<readonly RecordedEvent[]>;
  /** History, then what is appended from now on, without a gap or a double. The first page with `caughtUp` ends the history. */
  subscribe(options?: SubscribeOptions): AsyncIterable<EventPage>;
  /** Position of the last event; {@link BEGINNING} when there is none. */
  head(): Promise<Position>;
  close(): Promise<void>;
}

/** Bytes that one append may hold: EventStoreDB's default, the same everywhere. See {@link ENVELOPE_BYTES}. */
export const MAX_APPEND_BYTES = 1_048_576;

/**
 * What each event of an append counts besides its data and metadata. A store that has no place of its own for
 * `occurredAt` and `schemaVersion` keeps them with the metadata.
 */
export const ENVELOPE_BYTES = 80;

/** The category of `customer-42` is `customer`: all before the first dash. */
export function categoryOf(stream: string): string {
  const dash = stream.indexOf('-');
  return dash < 0 ? stream : stream.slice(0, dash);
}

/** Tells whether an event passes a filter. */
export function matches(filter: EventFilter | undefined, event: { type: string; stream: string }): boolean {
  if (!filter) return true;
  if (filter.types && !filter.types.includes(event.type)) return false;
  return !filter.categories || filter.categories.includes(categoryOf(event.stream));
}

export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';
  /** @param actual the stream's revision; {@link NO_REVISION} for no event. */
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: number,
  ) {
    super(`Stream ${stream} was expected at revision ${expected} and is at ${actual === NO_REVISION ? 'none' : actual}.`);
  }
}

export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';
  constructor(
    readonly stream: string,
    readonly bytes: number,
  ) {
    super(`An append to ${stream} has ${bytes} bytes; at most ${MAX_APPEND_BYTES} fit. Split it, or store large content elsewhere and append a reference.`);
  }
}

/** The store cannot do it now. Repeating is safe: appends carry their ids. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
