import type { AnyView } from '../../modelling/view.js';
import { BEGINNING, type Position, type RecordedEvent } from '../../ports/event-store.js';
import { foldDocument, ViewFailed, type Row } from '../page-fold.js';
import { changesBetween, type Change } from './differences.js';
import { isWithin, type Moment, type Span } from './moment.js';
import type { PastSources } from './past-document.js';

/** What an event changed, and where it came from. */
export interface CausedChange {
  event: Pick<RecordedEvent, 'id' | 'type' | 'stream' | 'revision' | 'position' | 'occurredAt' | 'recordedAt'>;
  actor: string;
  source: string;
  commandId: string;
  causationId?: string;
  changes: Change[];
}

/**
 * What each event changed, of what is shown of it, in a document that counts at the later moment and did not at the earlier one. An event that
 * changes what earlier ones mean has changed what they come to.
 * @throws ViewFailed
 */
export async function changesByEvent(view: AnyView, key: string, { from, to }: Span, sources: PastSources, shown = (row: object) => row): Promise<CausedChange[]> {
  const { readings, head } = sources;
  await readings.upTo(head);
  const caused: CausedChange[] = [];
  let before: Row | undefined;
  const turns = (await turnsOf(view, key, sources)).filter((event) => readings.counts(event, to));
  // History is read in one way from one turn to the next.
  for (const [index, turn] of [undefined, ...turns].entries()) {
    const [after, until] = [turn?.position ?? BEGINNING, turns[index]?.position ?? Infinity];
    const history = await historyOf(view, key, to, after, sources);
    if (turn) tell(turn, folded(view, key, undefined, history.filter(({ position }) => position <= after)));
    for (const event of history) if (event.position > after && event.position < until) tell(event, folded(view, key, before, [event]));
  }
  return caused;

  function tell(event: RecordedEvent, row: Row | undefined): void {
    const changes = changesBetween(before?.row && shown(before.row), row?.row && shown(row.row));
    const isTurn = readings.types.has(event.type);
    if (!(isTurn ? readings.counts(event, from) : isWithin(from, event)) && (!isTurn || changes.length > 0)) caused.push({ ...causeOf(event), changes });
    before = row;
  }
}

async function historyOf(view: AnyView, key: string, to: Moment, readTo: Position, { readings, histories, head }: PastSources): Promise<RecordedEvent[]> {
  const history = (await histories.of(view, [key], readings.within(to, readTo), head)).get(key)!;
  return history.filter((event) => isWithin(to, event));
}

function folded(view: AnyView, key: string, before: Row | undefined, events: readonly RecordedEvent[]): Row | undefined {
  const { after, failure } = foldDocument(view, key, before, events);
  if (failure) throw new ViewFailed(view.name, failure.event, failure.error);
  return after;
}

/** The events that may have changed what other events mean for the document, in order. */
async function turnsOf(view: AnyView, key: string, { readings, histories, head }: PastSources): Promise<RecordedEvent[]> {
  const causes = readings.between(BEGINNING, head).map((event) => ({ event, ...readings.concernOf(event) }));
  if (causes.length === 0) return [];
  const ids = connected(key.split('/').concat(key), causes.map(({ subjects = [] }) => subjects));
  const streams = new Set<string>();
  for await (const events of histories.recordedFor(variantsOf(key, ids), head, view.eventTypes().map(({ name }) => name))) {
    for (const { stream } of events) streams.add(stream);
  }
  return causes.filter((cause) => cause.subjects?.some((id) => ids.has(id)) || cause.streams?.some((stream) => streams.has(stream))).map(({ event }) => event);
}

/** The ids, and all that any group connects them with. */
function connected(ids: readonly string[], groups: readonly (readonly string[])[]): Set<string> {
  const found = new Set(ids);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const group of groups) if (group.some((id) => found.has(id))) for (const id of group) found.add(id);
  }
  return found;
}

/** The key with each of its parts replaced by any of the ids. */
function variantsOf(key: string, ids: ReadonlySet<string>): Set<string> {
  const parts = key.split('/');
  const replaced = parts.flatMap((_, index) => [...ids].map((id) => parts.map((part, at) => (at === index ? id : part)).join('/')));
  return new Set([key, ...ids, ...replaced]);
}

function causeOf({ id, type, stream, revision, position, occurredAt, recordedAt, metadata }: RecordedEvent): Omit<CausedChange, 'changes'> {
  const { actor, source, commandId, causationId } = metadata;
  return { event: { id, type, stream, revision, position, occurredAt, recordedAt }, actor, source, commandId, ...(causationId !== undefined && { causationId }) };
}
