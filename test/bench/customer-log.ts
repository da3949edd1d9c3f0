import { randomUUID } from 'node:crypto';
import { event, type EventStore, type EventToAppend, type NewEvent } from '#event-sourcing';
import { CHANNELS, CustomerRegistered, CustomerRenamed, PreferredChannelSet } from '#customers';
import { InteractionRecorded } from '#interactions';
import { PurchaseRecorded } from '#purchases';
import { inFlight } from './harness.js';
import { picking, randomNumbers, zipf } from './random.js';

/** An event and the stream that it goes to. */
export interface Logged {
  stream: string;
  event: EventToAppend;
}

const BEGIN = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;

/** The n-th event of a log, one each minute. */
export function toAppend({ type, data }: NewEvent, n: number): EventToAppend {
  const commandId = randomUUID();
  const metadata = { commandId, command: 'Bench', correlationId: commandId, causationId: commandId, actor: 'bench', source: 'bench' };
  return { id: randomUUID(), type: type.name, schemaVersion: type.version, occurredAt: new Date(BEGIN + n * MINUTE).toISOString(), data, metadata };
}

/** One long stream: a customer who is registered and then renamed again and again. */
export function longHistory(customerId: string, events: number): EventToAppend[] {
  const registered = event(CustomerRegistered, { customerId, kind: 'person', name: 'Customer 0', status: 'active' });
  const renamed = (n: number) => event(CustomerRenamed, { customerId, name: `Customer ${n}` });
  return Array.from({ length: events }, (_, n) => toAppend(n === 0 ? registered : renamed(n), n));
}

/** A business in motion: customers come, buy, talk and change, a few of them very often (Zipf), each event as it would be decided. */
export function* customerLog(given: { events: number; customers: number; seed: number }): Generator<Logged> {
  const random = randomNumbers(given.seed);
  const pick = zipf(given.customers, 1, random);
  const ids = new Map<number, string>();
  const happening = picking(HAPPENINGS, random);
  for (let n = 0; n < given.events; n++) {
    const number = pick();
    const known = ids.get(number);
    const customerId = known ?? randomUUID();
    ids.set(number, customerId);
    const { stream, made } = known === undefined ? registered(customerId, number) : happening()(customerId, n, random);
    yield { stream, event: toAppend(made, n) };
  }
}

type Happening = (customerId: string, n: number, random: () => number) => { stream: string; made: NewEvent };

function registered(customerId: string, number: number) {
  const made = event(CustomerRegistered, { customerId, kind: number % 5 === 0 ? 'organisation' : 'person', name: `Customer ${number}`, status: 'active' });
  return { stream: `customer-${customerId}`, made };
}

const bought: Happening = (customerId, _, random) => {
  const purchaseId = randomUUID();
  const quantity = 1 + Math.floor(random() * 4);
  const amount = { amount: quantity * (500 + Math.floor(random() * 4_000)), currency: 'USD' };
  return { stream: `purchase-${purchaseId}`, made: event(PurchaseRecorded, { purchaseId, customerId, amount, quantity, channel: 'web' }) };
};

const talked: Happening = (customerId, n, random) => {
  const interactionId = randomUUID();
  const channel = CHANNELS[Math.floor(random() * CHANNELS.length)]!;
  const sentiment = (Math.floor(random() * 5) - 2) as -2 | -1 | 0 | 1 | 2;
  const data = { interactionId, customerId, channel, direction: n % 3 === 0 ? ('outbound' as const) : ('inbound' as const), summary: `Asked about delivery ${n}, and was told when it comes.`, sentiment, durationSeconds: 60 + (n % 600) };
  return { stream: `interaction-${interactionId}`, made: event(InteractionRecorded, data) };
};

const renamed: Happening = (customerId, n) => ({ stream: `customer-${customerId}`, made: event(CustomerRenamed, { customerId, name: `Customer ${n}` }) });

const reachable: Happening = (customerId, n) => ({
  stream: `customer-${customerId}`,
  made: event(PreferredChannelSet, { customerId, channel: CHANNELS[n % CHANNELS.length]! }),
});

/** Each as likely as it is often in the list. */
const HAPPENINGS: readonly Happening[] = [
  ...Array.from({ length: 10 }, () => bought),
  ...Array.from({ length: 8 }, () => talked),
  renamed,
  reachable,
];

/** Appends one event after the other, many at once. */
export async function appendAll(events: EventStore, log: Iterator<Logged>, count: number): Promise<void> {
  await inFlight(count, 1024, async () => {
    const next = log.next();
    if (next.done === true) return;
    await events.append(next.value.stream, 'any', [next.value.event]);
  });
}
