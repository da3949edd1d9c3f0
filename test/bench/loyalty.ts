import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { event, Engine, type EventStore, type Moment } from '#event-sourcing';
import { contexts, openStores, publishDefaultPolicies } from '#composition';
import { PurchaseRecorded } from '#purchases';
import { fitBgNbd } from '#statistics';
import { loyalty as loyaltyContext } from '../../libs/loyalty/context.js';
import { appendAll, customerLog, toAppend, type Logged } from './customer-log.js';
import { atMost, benchmark, seconds, spreadOf, type Target } from './harness.js';
import { randomNumbers } from './random.js';

const CDNOW = fileURLToPath(new URL('../../../../shared/data/cdnow/', import.meta.url));
const BEGIN = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;
const VIEWS = loyaltyContext.views.map(({ name }) => name);

export const loyalty = benchmark({
  name: 'loyalty',
  summary: 'The loyalty views of CDNOW from zero, the fit of BG/NBD to its sample, and each analysis as of a moment of its own on a log of so many events.',
  options: { events: 1_000_000, customers: 50_000, purchases: 69_659, rounds: 3 },

  async run({ options, folder, say }) {
    const metrics: Record<string, ReturnType<typeof spreadOf>> = {};
    const targets: Target[] = [];
    if (existsSync(CDNOW)) {
      const views: number[] = [];
      const fits: number[] = [];
      for (let round = 0; round < options.rounds; round++) {
        views.push(await viewsFromZero(folder(), options.purchases));
        fits.push(await seconds(() => fitBgNbd(sample())));
        say(`round ${round + 1} of ${options.rounds}: views ${views.at(-1)!.toFixed(2)} s, fit ${fits.at(-1)!.toFixed(3)} s`);
      }
      metrics['cdnowViewsSeconds'] = spreadOf(views);
      metrics['fitSeconds'] = spreadOf(fits);
      targets.push(atMost('cdnowViewsSeconds.median', 5, metrics['cdnowViewsSeconds'].median), atMost('fitSeconds.median', 2, metrics['fitSeconds'].median));
    } else say(`CDNOW is left out: there is no ${CDNOW}.`);
    const analyses = await analysesAsOfMoments(options, folder(), say);
    const slowest = Math.max(...Object.values(analyses).map(({ took }) => took));
    const silent = Math.max(...Object.values(analyses).map(({ silence }) => silence));
    // Who waits for longer than this has been told meanwhile how far it is.
    targets.push(atMost('longestSilenceSeconds', 10, silent));
    const analysisSeconds = Object.fromEntries(Object.entries(analyses).map(([name, { took }]) => [name, took]));
    return { metrics: { ...metrics, slowestAnalysisSeconds: slowest, longestSilenceSeconds: silent, analysisSeconds, analyses: 'from the question to the answer, each as of a moment that was not asked for before: the log replayed, the analysis computed' }, targets };
  },
});

/** Seconds from an engine that knows nothing to views that hold all purchases. */
async function viewsFromZero(folder: string, count: number): Promise<number> {
  const stores = await openStores({ data: folder, eventStore: 'embedded', documentStore: 'embedded' });
  const purchases = linesOf('CDNOW_master.txt').map((line) => line.trim().split(/\s+/)).filter(([customer]) => /^\d+$/.test(customer ?? '')).slice(0, count);
  const logged = purchases.map(([customerId, date, quantity, dollars], index): Logged => {
    const purchaseId = `cdnow-${index}`;
    const made = event(PurchaseRecorded, { purchaseId, customerId: customerId!, amount: { amount: Math.round(Number(dollars) * 100), currency: 'USD' }, quantity: Number(quantity) });
    return { stream: `purchase-${purchaseId}`, event: { ...toAppend(made, 0), occurredAt: `${date!.slice(0, 4)}-${date!.slice(4, 6)}-${date!.slice(6)}T00:00:00.000Z` } };
  });
  await appendAll(stores.events, logged.values(), logged.length);
  const engine = new Engine({ contexts: [loyaltyContext], events: stores.events, documents: stores.documents });
  const took = await seconds(async () => {
    await engine.start();
    await reached(engine, stores.events);
  });
  await engine.stop();
  await stores.close();
  return took;
}

async function analysesAsOfMoments({ events, customers }: { events: number; customers: number }, folder: string, say: (line: string) => void): Promise<Record<string, Asked>> {
  const stores = await openStores({ data: folder, eventStore: 'embedded', documentStore: 'embedded' });
  say(`appending ${events} events of ${customers} customers`);
  await appendAll(stores.events, customerLog({ events, customers, seed: 7 }), events);
  const engine = new Engine({ contexts, events: stores.events, documents: stores.documents });
  // Answers as of a moment are replayed from the log: views of now need not be there.
  await engine.start(false);
  await publishDefaultPolicies(engine);
  const random = randomNumbers(11);
  const moment = (): Moment => ({ asOf: new Date(BEGIN + Math.floor((0.5 + random() / 2) * events) * MINUTE).toISOString() });
  const from: Moment = { asOf: new Date(BEGIN + Math.floor(events / 4) * MINUTE).toISOString() };
  const found: Record<string, Asked> = {};
  for (const { name, compares } of engine.analyses.all()) {
    found[name] = await asked((onProgress) => engine.analyses.answer(name, { moment: moment(), ...(compares && { from }), onProgress }));
    say(`${name}: ${found[name].took.toFixed(2)} s, ${found[name].silence.toFixed(2)} s of them without a word`);
  }
  await engine.stop();
  await stores.close();
  return found;
}

/** Seconds of a question, and the longest time in which nothing was told of how far it is. */
interface Asked {
  took: number;
  silence: number;
}

async function asked(ask: (onProgress: () => void) => Promise<unknown>): Promise<Asked> {
  let [told, silence] = [performance.now(), 0];
  const onProgress = () => {
    silence = Math.max(silence, (performance.now() - told) / 1000);
    told = performance.now();
  };
  const took = await seconds(() => ask(onProgress));
  onProgress();
  return { took, silence };
}

async function reached(engine: Engine, events: EventStore): Promise<void> {
  const head = await events.head();
  for (const name of VIEWS) await engine.projector.reaches(name, head, 3_600_000);
}

const linesOf = (file: string) => readFileSync(`${CDNOW}${file}`, 'utf8').split('\n');

/** The published summary of the calibration period. */
const sample = () => linesOf('cdnow_customers_summary.csv').slice(1).filter((line) => line.trim() !== '').map((line) => {
  const [, repeats, recency, age] = line.split(',').map(Number);
  return { repeats: repeats!, recency: recency!, age: age! };
});
