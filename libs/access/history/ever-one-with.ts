import { CustomersMerged, CustomersUnmerged, survivorsAfter } from '#customers';
import { BEGINNING, eventTypeOf, type EventStore, type RecordedEvent } from '#event-sourcing';

/** A time in which a customer was one with another. */
export interface Union {
  customerId: string;
  /** ISO 8601, of the recording. */
  from: string;
  /** Absent where they are still one. */
  to?: string;
}

type Merge = RecordedEvent<CustomersMerged>;

const TYPES = [eventTypeOf(CustomersMerged).name, eventTypeOf(CustomersUnmerged).name];

/** With whom the customer was ever one, and when, by what was recorded of merges and of their ends. */
export async function unionsOf(events: Pick<EventStore, 'readAll'>, customer: string): Promise<Union[]> {
  const unions: Union[] = [];
  const open = new Map<string, Union>();
  const merges: Merge[] = [];
  for await (const page of events.readAll({ after: BEGINNING, filter: { types: TYPES } })) {
    for (const event of page.events) {
      merges.push(event as Merge);
      const together = oneWith(customer, survivorsAfter(merges));
      for (const [id, union] of open) if (!together.has(id) && open.delete(id)) union.to = event.recordedAt;
      for (const customerId of together) if (!open.has(customerId)) open.set(customerId, unions[unions.push({ customerId, from: event.recordedAt }) - 1]!);
    }
  }
  return unions;
}

/** The others who are found in the same customer. */
function oneWith(customer: string, survivors: ReadonlyMap<string, string>): Set<string> {
  const survivor = survivors.get(customer) ?? customer;
  const together = new Set([survivor, ...[...survivors].flatMap(([id, found]) => (found === survivor ? [id] : []))]);
  together.delete(customer);
  return together;
}
