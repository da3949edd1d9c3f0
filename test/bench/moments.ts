import { Engine, type Moment } from '#event-sourcing';
import { contexts, openStores } from '#composition';
import { appendAll, customerLog, type Logged } from './customer-log.js';
import { atLeast, atMost, benchmark, latenciesOf, milliseconds, seconds, spreadOf } from './harness.js';
import { randomNumbers } from './random.js';

const VIEW = 'customer_360';
const BEGIN = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;

export const moments = benchmark({
  name: 'moments',
  summary: 'customer_360 as of random moments: one customer of about so many events of their own, and all customers.',
  options: { events: 1_000_000, customers: 50_000, own: 1_000, asked: 500, lists: 3 },

  async run({ options, folder, say }) {
    const stores = await openStores({ data: folder(), eventStore: 'embedded', documentStore: 'embedded' });
    say(`appending ${options.events} events of ${options.customers} customers`);
    const counts = new Map<string, number>();
    await appendAll(stores.events, counted(customerLog({ ...options, seed: 3 }), counts), options.events);
    const view = contexts.flatMap(({ views }) => views).find(({ name }) => name === VIEW)!;
    const engine = new Engine({ contexts: [{ name: 'bench', aggregates: [], events: [], decisions: [], views: [view] }], events: stores.events, documents: stores.documents });
    say('filling the view and the trails');
    await engine.start();
    for (const name of [VIEW, 'trails']) await engine.projector.reaches(name, await stores.events.head(), 3_600_000);

    const random = randomNumbers(5);
    const moment = (): Moment => ({ asOf: new Date(BEGIN + Math.floor(random() * options.events) * MINUTE).toISOString() });
    const busy = nearest(counts, options.own, 20);
    const single: number[] = [];
    for (let n = 0; n < options.asked; n++) {
      const { id } = busy[n % busy.length]!;
      single.push(await milliseconds(() => engine.views.get(VIEW, id, { moment: moment() })));
    }
    const rates: number[] = [];
    const again: number[] = [];
    for (let n = 0; n < options.lists; n++) {
      const asked = moment();
      const list = () => engine.views.find(VIEW, { sort: { 'purchases.count': -1 }, limit: 20 }, { moment: asked });
      rates.push(options.events / (await seconds(list)));
      again.push(1_000 * (await seconds(list)));
      say(`list ${n + 1} of ${options.lists}: ${Math.round(rates.at(-1)!)} events/s`);
    }
    await engine.stop();
    await stores.close();
    const [singleMs, eventsPerSecond] = [latenciesOf(single), spreadOf(rates)];
    return {
      metrics: {
        singleMs, eventsPerSecond, listAgainMs: spreadOf(again),
        single: `customers of ${busy.at(-1)!.events} to ${busy[0]!.events} events of their own`,
        list: 'from the question to its first page: the log replayed, the documents stored and sorted',
      },
      targets: [atMost('singleMs.p99', 20, singleMs.p99), atLeast('eventsPerSecond.median', 100_000, eventsPerSecond.median)],
    };
  },
});

function* counted(log: Iterable<Logged>, counts: Map<string, number>): Generator<Logged> {
  for (const logged of log) {
    const { customerId } = logged.event.data as { customerId: string };
    counts.set(customerId, (counts.get(customerId) ?? 0) + 1);
    yield logged;
  }
}

/** Those whose number of events is nearest, the most of them first. */
function nearest(counts: ReadonlyMap<string, number>, own: number, howMany: number): { id: string; events: number }[] {
  const all = [...counts].map(([id, events]) => ({ id, events }));
  const near = all.sort((one, other) => Math.abs(one.events - own) - Math.abs(other.events - own)).slice(0, howMany);
  return near.sort((one, other) => other.events - one.events);
}
