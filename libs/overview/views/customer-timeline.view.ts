import { isDomainEvent, view, type Class, type RecordedEvent } from '#event-sourcing';
import * as care from '#care';
import * as customers from '#customers';
import * as interactions from '#interactions';
import * as purchases from '#purchases';
import * as sales from '#sales';

/** One event in the history of one customer. A document each, so that no history outgrows a document. */
export interface TimelineEntry {
  customerId: string;
  /** Business time: where in the customer's history it belongs. */
  at: string;
  /** When it became known. */
  recordedAt: string;
  type: string;
  data: object;
  actor: string;
  source: string;
  eventId: string;
}

/** What moves a fact from one customer to another; each of the two keeps it in its history. */
const MOVES: readonly Class[] = [interactions.InteractionAttributed, purchases.PurchaseCorrected];

/** Every published event that may name a customer, also those to come. */
const HISTORY = [customers, interactions, purchases, sales, care]
  .flatMap((published): unknown[] => Object.values(published))
  .filter(isDomainEvent)
  .filter((type) => !MOVES.includes(type));

const timeline = view<TimelineEntry>('customer_timeline', {
  version: 4,
  summary: 'The history of each customer, an entry for each event: `{ customerId }` with `{ at: -1 }` is newest first.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: ['data'],
  record: 'customerId',
  sensitive: true,
  indexes: [{ customerId: 1, at: -1 }, { customerId: 1, type: 1, at: -1 }],
})
  .on(interactions.InteractionAttributed, (event) => keys(event, event.data.formerCustomerId, event.data.customerId), (_, event, key) => {
    const own = entry(event, key);
    // Its new customer's history has it where it took place; the former one's shows when it went.
    return own.customerId === event.data.customerId ? { ...own, at: event.data.facts.heldAt } : own;
  })
  .on(purchases.PurchaseCorrected, (event) => keys(event, event.data.from.customerId, event.data.to.customerId), (_, event, key) => {
    const own = entry(event, key);
    const { from, to } = event.data;
    return own.customerId !== from.customerId ? { ...own, at: to.purchasedAt } : own;
  });

export const customerTimeline = HISTORY.reduce(
  (all, type) => all.on(type, (event) => keys(event, (event.data as { customerId?: string }).customerId), (_, event, key) => entry(event, key)),
  timeline,
);

/** `<customer>/<position>`: positions of one length, so that keys sort as positions do. */
function keys({ position }: RecordedEvent, ...customerIds: (string | undefined)[]): string[] {
  return customerIds.filter((id) => id !== undefined).map((id) => `${id}/${String(position).padStart(16, '0')}`);
}

function entry({ id, type, occurredAt, recordedAt, data, metadata }: RecordedEvent, key: string): TimelineEntry {
  const customerId = key.slice(0, key.lastIndexOf('/'));
  return { customerId, at: occurredAt, recordedAt, type, data, actor: metadata.actor, source: metadata.source, eventId: id };
}
