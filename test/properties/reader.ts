import { type Moment, type RecordedEvent } from '#event-sourcing';

const OF_THE_RECORD = /^(Customer(Registered|Renamed|StatusChanged|Deactivated|Reactivated|Reparented)|BranchOpened|ParentCustomer(Assigned|Removed))$/;

/**
 * A log as somebody reads it who knows nothing of the engine: without what was later, without what was withdrawn, and
 * with the ids of merged customers put right in the text of each event.
 */
export function readBy(log: readonly RecordedEvent[], { asOf = '9', knownAt = '9' }: Moment = {}): RecordedEvent[] {
  const known = log.filter(({ recordedAt }) => recordedAt <= knownAt);
  const withdrawn = new Set(known.filter(({ type }) => type === 'EventsWithdrawn').flatMap(({ stream, data }) => (data as { revisions: number[] }).revisions.map((revision) => `${stream}@${revision}`)));
  const counting = known.filter(({ stream, revision, occurredAt }) => occurredAt <= asOf && !withdrawn.has(`${stream}@${revision}`));
  const survivors = new Map<string, string>();
  for (const { type, data } of counting) {
    const { customerId, intoCustomerId } = data as { customerId: string; intoCustomerId: string };
    if (type === 'CustomersUnmerged') survivors.delete(customerId);
    if (type === 'CustomersMerged' && last(intoCustomerId, survivors) !== customerId) survivors.set(customerId, intoCustomerId);
  }
  return counting.flatMap((event) => inLightOf(survivors, event) ?? []);
}

const last = (id: string, survivors: ReadonlyMap<string, string>): string => (survivors.has(id) ? last(survivors.get(id)!, survivors) : id);

function inLightOf(survivors: ReadonlyMap<string, string>, event: RecordedEvent): RecordedEvent | undefined {
  if (/^Customers(Unm|M)erged$/.test(event.type)) return event;
  if (OF_THE_RECORD.test(event.type) && survivors.has((event.data as { customerId: string }).customerId)) return undefined;
  const text = [...survivors.keys()].reduce((json, id) => json.replaceAll(`"${id}"`, `"${last(id, survivors)}"`), JSON.stringify(event.data));
  const data = JSON.parse(text) as Record<string, unknown>;
  const isChanged = text !== JSON.stringify(event.data);
  const { customerId, formerCustomerId, parentId, formerParentId } = data;
  const intoItself = (event.type === 'InteractionAttributed' && customerId === formerCustomerId) || (event.type === 'CustomerReparented' && parentId === formerParentId)
    || (/^ParentCustomer/.test(event.type) && customerId === parentId);
  if (isChanged && intoItself) return undefined;
  const { id, type, schemaVersion, occurredAt, metadata, stream, revision, position, recordedAt } = event;
  return { id, type, schemaVersion, occurredAt, metadata, stream, revision, position, recordedAt, data };
}
