import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { ENVELOPE_BYTES, StoreUnavailable, type AppendResult, type EventPage, type EventStore, type EventToAppend, type Position, type ReadAllOptions, type ReadStreamOptions, type RecordedEvent, type SubscribeOptions } from '../ports/event-store.js';

/** Milliseconds for tests that ask much, also of a server that takes its time for each answer. */
export const LONG_MS = 300_000;

const run = randomBytes(4).toString('hex');
let categories = 0;

/** One that nobody else uses, also on a shared server. */
export function newCategory(): string {
  return `contract${run}n${categories++}`;
}

export function newStream(): string {
  return `${newCategory()}-${randomUUID()}`;
}

export function categoryOf(stream: string): string {
  return stream.split('-')[0]!;
}

export function event(given: Partial<EventToAppend> = {}): EventToAppend {
  return {
    id: randomUUID(),
    type: 'Happened',
    schemaVersion: 1,
    occurredAt: '2026-01-05T12:00:00.000Z',
    data: {},
    metadata: { commandId: 'command', correlationId: 'conversation', actor: 'tester', source: 'contract' },
    ...given,
  };
}

export function events(count: number, given: Partial<EventToAppend> = {}): EventToAppend[] {
  return Array.from({ length: count }, () => event(given));
}

export function circle(): object {
  const round: { self?: object } = {};
  round.self = round;
  return round;
}

export function bytesOf({ data, metadata }: EventToAppend): number {
  return Buffer.byteLength(JSON.stringify(data)) + Buffer.byteLength(JSON.stringify(metadata)) + ENVELOPE_BYTES;
}

/** Appends one event after the other to three streams in turn. */
export async function appendInTurn(store: EventStore, category: string, count: number): Promise<{ id: string; stream: string; position: Position }[]> {
  const appended = [];
  for (let i = 0; i < count; i++) {
    const [stream, made] = [`${category}-${i % 3}`, event()];
    const { position } = await store.append(stream, 'any', [made]);
    appended.push({ id: made.id, stream, position });
  }
  return appended;
}

/** Repeats what failed without a known outcome, as the port allows. */
export async function persistently<T>(work: () => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (attempts <= 1 || !(error instanceof StoreUnavailable)) throw error;
    return persistently(work, attempts - 1);
  }
}

export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('It should have been refused, and was not.');
}

export async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/** Adapters may compute fields when asked; this gives plain objects that can be compared. */
export async function readStream(store: EventStore, stream: string, options?: ReadStreamOptions): Promise<RecordedEvent[]> {
  return (await collect(store.readStream(stream, options))).flat().map(plain);
}

export async function readAll(store: EventStore, options?: ReadAllOptions): Promise<RecordedEvent[]> {
  return (await collect(store.readAll(options))).flatMap((page) => page.events).map(plain);
}

export function plain(event: RecordedEvent): RecordedEvent {
  const { id, type, schemaVersion, occurredAt, data, metadata, stream, revision, position, recordedAt } = event;
  const copy = { id, type, schemaVersion, occurredAt, data, metadata, stream, revision, position, recordedAt };
  expect(JSON.parse(JSON.stringify(event))).toEqual(JSON.parse(JSON.stringify(copy)));
  return copy;
}

export function idsOf(events: readonly { id: string }[]): string[] {
  return events.map(({ id }) => id);
}

export function isIncreasing(positions: readonly Position[]): boolean {
  return positions.every((position, i) => i === 0 || position > positions[i - 1]!);
}

/** Follows a subscription at the pace of the test. */
export class Subscriber {
  readonly pages: EventPage[] = [];
  private readonly abort = new AbortController();
  private readonly iterator: AsyncIterator<EventPage>;

  /** @param category only events of it are kept, where the subscription itself has no filter. */
  constructor(
    store: EventStore,
    options: SubscribeOptions,
    private readonly category?: string,
  ) {
    this.iterator = store.subscribe({ ...options, signal: this.abort.signal })[Symbol.asyncIterator]();
  }

  get events(): RecordedEvent[] {
    const events = this.pages.flatMap((page) => page.events);
    return this.category ? events.filter(({ stream }) => categoryOf(stream) === this.category) : events;
  }

  /** Takes pages up to and with the first of this kind, or to the end of an aborted subscription. */
  async pagesUntil(isLast: (page: EventPage) => boolean): Promise<void> {
    for (;;) {
      const next = await this.iterator.next();
      if (next.done) return;
      this.pages.push(next.value);
      if (isLast(next.value)) return;
    }
  }

  async eventsUntil(count: number): Promise<void> {
    if (this.events.length < count) await this.pagesUntil(() => this.events.length >= count);
  }

  /** Aborts, and finds that the subscription ends. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.pagesUntil(() => false);
  }
}

/** The answer to an append that is sent again: the first one, and that it is a repetition where the store can tell. */
export function expectRepeated({ tellsRepetitions }: EventStore, again: AppendResult, first: AppendResult): void {
  expect(first.repeated).toBeUndefined();
  expect(again).toEqual({ ...first, ...(tellsRepetitions && { repeated: true }) });
}
