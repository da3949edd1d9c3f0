import { join } from 'node:path';
import { Engine } from '#event-sourcing';
import { contexts, openStores, publishDefaultPolicies } from '#composition';
import { DuckDbPlace } from '#stores/duckdb';
import { cubeAnswer, schema, Warehouse } from '#warehouse';
import { appendAll, customerLog } from './customer-log.js';
import { benchmark, latenciesOf, milliseconds, seconds, type Latencies } from './harness.js';

const QUESTIONS: Readonly<Record<string, string>> = {
  totals: 'SELECT currency, sum(amount) AS amount, sum(purchases) AS purchases FROM fact_purchase GROUP BY ALL',
  byMonth: "SELECT strftime(occurred_at, '%Y-%m') AS month, channel, sum(amount) AS amount, currency FROM fact_purchase GROUP BY ALL ORDER BY ALL",
  best: 'SELECT customer_id, customer_kind, stage, sum(amount) AS amount FROM fact_purchase JOIN dim_customer USING (customer_id) JOIN customer_stage USING (customer_id) GROUP BY ALL ORDER BY amount DESC LIMIT 20',
  feeling: 'SELECT channel, avg(sentiment) AS sentiment, sum(interactions) AS interactions FROM fact_interaction GROUP BY ALL',
};
const AS_OF = '2024-03-01';

export const warehouse = benchmark({
  name: 'warehouse',
  summary: 'The star schema filled from the log, and typical questions to it, now and as of a moment.',
  options: { events: 200_000, customers: 10_000, asked: 20 },

  async run({ options, folder, say }) {
    const data = folder();
    const stores = await openStores({ data, eventStore: 'embedded', documentStore: 'memory' });
    say(`appending ${options.events} events of ${options.customers} customers`);
    const engine = new Engine({ contexts, events: stores.events, documents: stores.documents, projector: { feed: false } });
    await publishDefaultPolicies(engine);
    await appendAll(stores.events, customerLog({ ...options, seed: 9 }), options.events);
    await engine.start(false);
    const house = new Warehouse({ history: engine, place: new DuckDbPlace(schema, join(data, 'warehouse.duckdb')) });
    const load = await seconds(() => house.catchUp({ timeoutMs: 3_600_000 }));
    const { runs: [run] } = await house.status();
    say(`loaded in ${load.toFixed(1)} s`);
    const queryMs: Record<string, Latencies> = {};
    for (const [name, sql] of Object.entries(QUESTIONS)) {
      const took: number[] = [];
      for (let n = 0; n < options.asked; n++) took.push(await milliseconds(() => house.query({ sql, ...(n % 2 === 1 && { asOf: AS_OF }) })));
      queryMs[name] = latenciesOf(took);
    }
    const pivots: number[] = [];
    for (let n = 0; n < options.asked; n++) pivots.push(await milliseconds(() => cubeAnswer(house, { cube: 'purchases', measures: ['amount', 'customers'], by: ['month', 'customer_kind'], pivot: 'month' })));
    await house.close();
    await engine.stop();
    await stores.close();
    return { metrics: { loadSeconds: load, eventsPerSecond: options.events / load, rowsPerSecond: (run!.rowsOut + run!.rowsClosed) / load, rows: run!.rowsOut, queryMs, cubeMs: latenciesOf(pivots), megabytes: process.memoryUsage().rss / 1e6 }, targets: [] };
  },
});
