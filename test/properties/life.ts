import { plainToInstance } from 'class-transformer';
import fc from 'fast-check';
import { counting, Engine, Rejection, withdraw, type RecordedEvent } from '#event-sourcing';
import { contexts } from '#composition';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';

const customer = fc.constantFrom('c1', 'c2', 'c3');
const day = fc.integer({ min: 0, max: 400 }).map((days) => new Date(Date.UTC(2024, 0, 1) + days * 86_400_000).toISOString());
const number = fc.nat(6);
const channel = fc.constantFrom('phone', 'e-mail', 'visit');

/** Withdraws all events of a stream from one on. */
const WITHDRAW = 'withdraw';

/** Everything that a few customers may do, as name and fields of a command. Some of it is refused: that is part of life. */
export const asked = fc.oneof(
  fc.tuple(customer).map(([customerId]) => ['RegisterCustomer', { customerId, kind: 'person', name: `The ${customerId}` }] as const),
  fc.tuple(customer, number).map(([customerId, n]) => ['RenameCustomer', { customerId, name: `Name ${n}` }] as const),
  fc.tuple(customer, customer).map(([customerId, parentId]) => ['AssignParentCustomer', { customerId, parentId }] as const),
  fc.tuple(customer, number, number, day).map(
    ([customerId, n, amount, occurredAt]) => ['RecordPurchase', { purchaseId: `p${n}-${customerId}`, customerId, amount: { amount, currency: 'EUR' }, occurredAt }] as const,
  ),
  fc.tuple(customer, number).map(([customerId, n]) => ['ReturnPurchase', { purchaseId: `p${n}-${customerId}` }] as const),
  fc.tuple(customer, number, channel, fc.integer({ min: -2, max: 2 }), day).map(
    ([customerId, n, by, sentiment, occurredAt]) =>
      ['RecordInteraction', { interactionId: `i${n}`, customerId, channel: by, direction: 'inbound', summary: 'Talked', sentiment, occurredAt }] as const,
  ),
  fc.tuple(customer, number).map(([customerId, n]) => ['AttributeInteraction', { interactionId: `i${n}`, customerId, reason: 'It was theirs' }] as const),
  fc.tuple(customer, customer).map(([customerId, intoCustomerId]) => ['MergeCustomers', { customerId, intoCustomerId, reason: 'The same telephone' }] as const),
  fc.tuple(customer).map(([customerId]) => ['UnmergeCustomers', { customerId, reason: 'Twins' }] as const),
  fc.tuple(customer, fc.nat(8)).map(([id, first]) => [WITHDRAW, { kind: 'customer', id, first }] as const),
  fc.tuple(customer, number).map(([customerId, n]) => [WITHDRAW, { kind: 'purchase', id: `p${n}-${customerId}`, first: 0 }] as const),
);

export type Asked = readonly [command: string, fields: object];

/** A log that the commands leave; refused ones leave nothing. */
export async function logOf(commands: readonly Asked[]): Promise<RecordedEvent[]> {
  const events = new MemoryEventStore();
  const engine = new Engine({ contexts, events, documents: new MemoryDocumentStore() });
  for (const command of commands) await send(engine, command);
  const log: RecordedEvent[] = [];
  for await (const page of events.readAll()) log.push(...page.events);
  return log;
}

export async function send(engine: Engine, [name, fields]: Asked): Promise<void> {
  if (name === WITHDRAW) return withdrawn(engine, fields as { kind: string; id: string; first: number });
  const known = engine.commands.byName(name);
  if (!known) throw new Error(`There is no command ${name}.`);
  await engine.commands.execute(plainToInstance(known.command as new () => object, fields)).catch((error: unknown) => {
    if (!(error instanceof Rejection)) throw error;
  });
}

async function withdrawn(engine: Engine, { kind, id, first }: { kind: string; id: string; first: number }): Promise<void> {
  const aggregate = engine.aggregate(kind)!;
  const history: RecordedEvent[] = [];
  for await (const page of engine.events.readStream(aggregate.streamOf(id))) history.push(...page);
  const revisions = counting(history).map(({ revision }) => revision).filter((revision) => revision >= first);
  if (revisions.length > 0) await withdraw(engine.aggregates, aggregate, id, { revisions, reason: 'A mistake' }, {});
}
