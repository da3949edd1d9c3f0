import { BEGINNING, type EventStore, type Position, type RecordedEvent } from '#event-sourcing';

/** Which events a bundle is about: of a customer, or recorded in a period; `to` is not part of it. ISO 8601 in UTC. */
export type Selection = { customer: string } | { from?: string; to?: string };

/** An event of the selection, or a neighbour that shows that a period has no event more. */
export interface Selected {
  event: RecordedEvent;
  role?: 'before' | 'after';
}

/** The selected events up to a position, in the order of the log. */
export function selected(events: EventStore, selection: Selection, until: Position): AsyncIterable<Selected> {
  return 'customer' in selection ? ofCustomer(events, selection.customer, until) : ofPeriod(events, selection, until);
}

/** All events of each stream that tells of the customer: a stream without gaps is one from which nothing was left out. */
async function* ofCustomer(events: EventStore, customer: string, until: Position): AsyncIterable<Selected> {
  const streams = new Set<string>();
  for await (const event of upTo(events, until)) if (isAbout(event, customer)) streams.add(event.stream);
  const found: RecordedEvent[] = [];
  for (const stream of streams) {
    for await (const page of events.readStream(stream)) found.push(...page.filter(({ position }) => position <= until));
  }
  for (const event of found.sort((one, other) => one.position - other.position)) yield { event };
}

function isAbout({ stream, data }: RecordedEvent, customer: string): boolean {
  return stream === `customer-${customer}` || (data as { customerId?: unknown }).customerId === customer;
}

/** Times of one form compare as texts. */
async function* ofPeriod(events: EventStore, { from = '', to = '\uffff' }: { from?: string; to?: string }, until: Position): AsyncIterable<Selected> {
  let before: RecordedEvent | undefined;
  for await (const event of upTo(events, until)) {
    if (event.recordedAt < from) {
      before = event;
      continue;
    }
    if (before) yield { event: before, role: 'before' };
    before = undefined;
    if (event.recordedAt >= to) {
      yield { event, role: 'after' };
      return;
    }
    yield { event };
  }
  if (before) yield { event: before, role: 'before' };
}

async function* upTo(events: EventStore, until: Position): AsyncIterable<RecordedEvent> {
  if (until === BEGINNING) return;
  for await (const page of events.readAll({ until, pageSize: 1_000 })) yield* page.events;
}
