import { cpSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { event, type Engine } from '#event-sourcing';
import { CustomerRegistered, CustomerRenamed } from '#customers';
import { Customer } from '../../libs/customers/domain/customer.js';
import { openApplication, someIds, type Application } from './application.js';
import { appendAll, toAppend, type Logged } from './customer-log.js';
import { atLeast, benchmark, inFlight, ratio, seconds, spreadOf } from './harness.js';
import { picking, randomNumbers } from './random.js';

const EVENTS_A_STREAM = 10;
const AT_ONCE = 256;

interface Grown {
  folder: string;
  customerIds: readonly string[];
}

export const growth = benchmark({
  name: 'growth',
  summary: 'The same appends and rehydrations when the store is large, against when it is small; as many streams are busy in both, picked at random.',
  options: { large: 1_000_000, small: 10_000, appends: 5_000, loads: 1_000, rounds: 7 },

  async run({ options, folder, say }) {
    const stores = { small: await grown(folder(), options.small, say), large: await grown(folder(), options.large, say) };
    // The large store hardly grows by what a round appends; the small one would, so each round begins with a copy of it.
    const large = await openApplication(stores.large.folder, { aggregates: { cacheSize: 1 } });
    const busy = stores.small.customerIds.length;
    const measured = { appendsLarge: [] as number[], appendsSmall: [] as number[], loadsLarge: [] as number[], loadsSmall: [] as number[] };
    for (let round = 0; round < options.rounds; round++) {
      const copy = folder();
      cpSync(stores.small.folder, copy, { recursive: true });
      const small = await openApplication(copy, { aggregates: { cacheSize: 1 } });
      const each = [
        { application: small, customerIds: stores.small.customerIds, appends: measured.appendsSmall, loads: measured.loadsSmall },
        { application: large, customerIds: someOf(stores.large.customerIds, busy, round), appends: measured.appendsLarge, loads: measured.loadsLarge },
      ];
      for (const { application, customerIds, appends, loads } of round % 2 ? each.reverse() : each) {
        loads.push(await loadsPerSecond(application, customerIds, options.loads, round));
        appends.push(await appendsPerSecond(application, customerIds, options.appends, round));
      }
      await small.close();
      say(`round ${round + 1} of ${options.rounds}: ${JSON.stringify(Object.fromEntries(Object.entries(measured).map(([name, rates]) => [name, Math.round(rates.at(-1)!)])))}`);
    }
    await large.close();
    const appends = ratio(measured.appendsLarge, measured.appendsSmall);
    const loads = ratio(measured.loadsLarge, measured.loadsSmall);
    return {
      metrics: {
        appendsPerSecondLarge: spreadOf(measured.appendsLarge),
        appendsPerSecondSmall: spreadOf(measured.appendsSmall),
        appendsLargeToSmall: appends,
        rehydrationsPerSecondLarge: spreadOf(measured.loadsLarge),
        rehydrationsPerSecondSmall: spreadOf(measured.loadsSmall),
        rehydrationsLargeToSmall: loads,
        large: options.large,
        small: options.small,
        eventsPerStream: EVENTS_A_STREAM,
      },
      targets: [atLeast('appendsLargeToSmall.median', 0.85, appends.median), atLeast('rehydrationsLargeToSmall.median', 0.85, loads.median)],
    };
  },
});

async function grown(folder: string, events: number, say: (line: string) => void): Promise<Grown> {
  say(`appending ${events} events`);
  const customerIds = someIds(Math.max(1, Math.round(events / EVENTS_A_STREAM)));
  const { engine, close } = await openApplication(folder);
  await appendAll(engine.events, renames(customerIds, events), events);
  await close();
  return { folder, customerIds };
}

/** Every customer is registered; then they are renamed in random order, so that a stream lies scattered over the log. */
function* renames(customerIds: readonly string[], events: number): Generator<Logged> {
  const next = picking(customerIds, randomNumbers(events));
  for (let n = 0; n < events; n++) {
    const customerId = n < customerIds.length ? customerIds[n]! : next();
    const made = n < customerIds.length
      ? event(CustomerRegistered, { customerId, kind: 'person', name: `Customer ${n}`, status: 'active' })
      : event(CustomerRenamed, { customerId, name: `Customer ${n}` });
    yield { stream: Customer.streamOf(customerId), event: toAppend(made, n) };
  }
}

/** Others in each round, from all over the store. */
function someOf(customerIds: readonly string[], count: number, round: number): string[] {
  const next = picking(customerIds, randomNumbers(3_000 + round));
  const some = new Set<string>();
  while (some.size < Math.min(count, customerIds.length)) some.add(next());
  return [...some];
}

async function appendsPerSecond({ engine }: Application, customerIds: readonly string[], count: number, round: number): Promise<number> {
  const next = picking(customerIds, randomNumbers(1_000 + round));
  const took = await seconds(() => inFlight(count, AT_ONCE, (index) => appendOne(engine, next(), index)));
  return count / took;
}

async function appendOne({ events }: Engine, customerId: string, index: number): Promise<void> {
  await events.append(Customer.streamOf(customerId), 'exists', [toAppend(event(CustomerRenamed, { customerId, name: randomUUID() }), index)]);
}

async function loadsPerSecond({ engine }: Application, customerIds: readonly string[], count: number, round: number): Promise<number> {
  const next = picking(customerIds, randomNumbers(2_000 + round));
  const took = await seconds(async () => {
    for (let index = 0; index < count; index++) await engine.aggregates.state(Customer, next());
  });
  return count / took;
}
