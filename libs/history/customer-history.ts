import { changesBetween, counting, isWithdrawal, type Aggregate, type Change, type Engine, type EventsWithdrawn, type PolicyVersionRow, type Position, type RecordedEvent } from '#event-sourcing';
import { linksAmong, type Links } from './causation.js';
import { policiesAt } from './policies.js';

/** What an event means now. */
export type Standing =
  /** It counts for the customer that it was recorded for. */
  | 'counts'
  /** It counts for the customer into whom that one is merged. */
  | 'merged'
  /** It made up the record of a customer that is merged: the record of the other counts instead. */
  | 'set-aside'
  /** It should never have been recorded, and counts for nobody. */
  | 'withdrawn';

export interface HistoryEntry extends Links {
  position: Position;
  id: string;
  type: string;
  stream: string;
  revision: number;
  /** When it happened. */
  occurredAt: string;
  /** Since when it is known. */
  recordedAt: string;
  actor: string;
  /** The way it came in. */
  source: string;
  command?: string;
  commandId: string;
  correlationId: string;
  causationId?: string;
  /** Whom it was recorded for, where that is a customer. */
  customerId?: string;
  standing: Standing;
  /** Whom it counts for, where it is merged. */
  countsFor?: string;
  withdrawn?: { eventId: string; at: string; by: string; reason: string };
  /** What it changed in the aggregate of its stream: what that said before stays readable here. */
  changes: Change[];
  /** Versions of the policies in force when it happened, of those known when it was recorded. */
  policies: Record<string, number>;
  data: object;
}

export interface CustomerHistory {
  customerId: string;
  /** All ids that are the same customer now, this one included. */
  sameAs: string[];
  /** The log up to here. */
  position: Position;
  /** In the order of recording. */
  entries: HistoryEntry[];
}

/** Everything that was recorded of a customer, in all streams, with what became of it. Undefined where there is nothing. */
export async function customerHistory(engine: Engine, customerId: string): Promise<CustomerHistory | undefined> {
  const position = await engine.events.head();
  await engine.readings.upTo(position);
  const reading = engine.readings.now;
  const sameAs = [...reading.sameAs(customerId)];
  const streams = await streamsOf(engine, new Set(sameAs), position);
  const policies = await engine.policies.published();
  const entries = [...streams].flatMap(([stream, events]) => entriesOf(engine, stream, events, policies));
  if (entries.length === 0) return undefined;
  entries.sort((one, other) => one.position - other.position);
  const links = linksAmong(entries);
  return { customerId, sameAs, position, entries: entries.map((entry) => ({ ...entry, ...links.get(entry.id)! })) };
}

/** Whole streams that are about the customers, and single events of others that name them. */
async function streamsOf(engine: Engine, customers: ReadonlySet<string>, until: Position): Promise<Map<string, RecordedEvent[]>> {
  const [whole, named] = [new Set<string>(), new Map<string, RecordedEvent[]>()];
  for await (const events of engine.histories.recordedFor(customers, until)) {
    for (const event of events) {
      const { customerId } = event.data as { customerId?: string };
      if (customerId !== undefined && customers.has(customerId)) whole.add(event.stream);
      named.set(event.stream, [...(named.get(event.stream) ?? []), event]);
    }
  }
  for (const stream of whole) {
    const events: RecordedEvent[] = [];
    for await (const page of engine.events.readStream(stream)) events.push(...page.filter(({ position }) => position <= until));
    named.set(stream, events);
  }
  return named;
}

type Unlinked = Omit<HistoryEntry, keyof Links>;

function entriesOf(engine: Engine, stream: string, events: readonly RecordedEvent[], policies: readonly PolicyVersionRow[]): Unlinked[] {
  const changes = changesIn(engine.aggregate(stream.slice(0, stream.indexOf('-'))), events);
  return events.map((event, index) => ({ ...factsOf(event), ...standingOf(engine, event, events), changes: changes[index]!, policies: policiesAt(policies, event) }));
}

/** What each event changed. A part of a stream adds up to nothing, so that it tells nothing. */
function changesIn(aggregate: Aggregate | undefined, events: readonly RecordedEvent[]): Change[][] {
  if (!aggregate || events[0]?.revision !== 0 || events.at(-1)!.revision !== events.length - 1) return events.map(() => []);
  let state = aggregate.initial;
  return events.map((event, index) => {
    const before = state;
    state = isWithdrawal(event) ? counting(events.slice(0, index + 1)).reduce((made, each) => aggregate.evolve(made, each), aggregate.initial) : aggregate.evolve(before, event);
    return changesBetween(before, state);
  });
}

function standingOf(engine: Engine, event: RecordedEvent, stream: readonly RecordedEvent[]): Pick<HistoryEntry, 'standing' | 'countsFor' | 'withdrawn'> {
  const withdrawal = stream.find((each) => isWithdrawal(each) && (each.data as EventsWithdrawn).revisions.includes(event.revision));
  if (withdrawal) {
    const { id: eventId, recordedAt: at, metadata: { actor: by }, data } = withdrawal;
    return { standing: 'withdrawn', withdrawn: { eventId, at, by, reason: (data as EventsWithdrawn).reason } };
  }
  const read = engine.readings.now.read(event);
  if (!read) return { standing: 'set-aside' };
  const { customerId } = read.data as { customerId?: string };
  return customerId === (event.data as { customerId?: string }).customerId ? { standing: 'counts' } : { standing: 'merged', ...(customerId !== undefined && { countsFor: customerId }) };
}

function factsOf({ position, id, type, stream, revision, occurredAt, recordedAt, data, metadata }: RecordedEvent) {
  const { actor, source, command, commandId, correlationId, causationId } = metadata;
  const { customerId } = data as { customerId?: unknown };
  return {
    position, id, type, stream, revision, occurredAt, recordedAt, actor, source, commandId, correlationId, data,
    ...(command !== undefined && { command }), ...(causationId !== undefined && { causationId }), ...(typeof customerId === 'string' && { customerId }),
  };
}
