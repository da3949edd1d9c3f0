import type { AppendResult, EventStore, EventToAppend, ExpectedRevision, Position, RecordedEvent } from '../ports/event-store.js';

type Append = (stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]) => Promise<AppendResult>;

/** An event store whose faults a test decides: each hook runs in place of the call and may make the real one. */
export class FaultyEventStore implements EventStore {
  /** In place of the next appends. */
  onAppend: ((append: Append, ...call: Parameters<Append>) => Promise<AppendResult>) | undefined;
  /** Before each page that a subscription hands out; throws to drop the subscription. */
  onSubscriptionPage: (() => void) | undefined;
  /** Events handed out by readStream. */
  eventsRead = 0;

  constructor(private readonly store: EventStore) {}

  get positionsOfAnEvent(): number {
    return this.store.positionsOfAnEvent ?? 1;
  }

  get tellsRepetitions(): boolean {
    return this.store.tellsRepetitions ?? false;
  }

  append(...call: Parameters<Append>): Promise<AppendResult> {
    const append: Append = (...real) => this.store.append(...real);
    return this.onAppend ? this.onAppend(append, ...call) : append(...call);
  }

  async *readStream(...call: Parameters<EventStore['readStream']>): ReturnType<EventStore['readStream']> {
    for await (const page of this.store.readStream(...call)) {
      this.eventsRead += page.length;
      yield page;
    }
  }

  readAll(...call: Parameters<EventStore['readAll']>): ReturnType<EventStore['readAll']> {
    return this.store.readAll(...call);
  }

  readAt(positions: readonly Position[]): Promise<readonly RecordedEvent[]> {
    return this.store.readAt(positions);
  }

  async *subscribe(...call: Parameters<EventStore['subscribe']>): ReturnType<EventStore['subscribe']> {
    for await (const page of this.store.subscribe(...call)) {
      this.onSubscriptionPage?.();
      yield page;
    }
  }

  head(): Promise<number> {
    return this.store.head();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
