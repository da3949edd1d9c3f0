import { EventStoreDBClient, START, streamNameFilter } from '@eventstore/db-client';
import { MongoClient } from 'mongodb';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Engine, event, type AnyView, type Document } from '#event-sourcing';
import { contexts } from '#composition';
import { CustomerRenamed } from '#customers';
import { EventStoreDbEventStore } from '#stores/eventstoredb';
import { mongoAddress, MongoDocumentStore } from '#stores/mongodb';
import { appendAll, customerLog, toAppend } from './customer-log.js';
import { alternate, atMost, latenciesOf, ratio, seconds, spreadOf, type Metrics, type Target } from './harness.js';

const VIEW = 'customer_360';
const BATCH = 1_000;
const TARGET = 2;
const LONG_MS = 3_600_000;

export interface RebuildOptions {
  events: number;
  customers: number;
  samples: number;
  rounds: number;
}

/** A rebuild on two servers, against a bare read of the events and a bare write of the final documents, one after the other. */
export async function measureRebuild(servers: { events: string; documents: string }, options: RebuildOptions, say: (line: string) => void): Promise<{ metrics: Metrics; targets: Target[] }> {
  const bench = new RebuildBench(servers);
  try {
    say(`appending ${options.events} events of ${options.customers} customers`);
    await bench.fill(options);
    const times = await alternate(options.rounds, {
      rebuild: () => bench.rebuild(1),
      rebuildIn4Partitions: () => bench.rebuild(4),
      bareRead: () => bench.read(options.events),
      bareWrite: () => bench.write(),
    }, say);
    const bare = times.bareRead.map((read, round) => read + times.bareWrite[round]!);
    const ofBare = ratio(times.rebuild, bare);
    say(`appending ${options.samples} events, one after the other is visible`);
    const visibleMs = latenciesOf(await bench.untilVisible(options.samples));
    const metrics: Metrics = {
      rebuild: {
        events: options.events, documents: bench.documentCount,
        seconds: spreadOf(times.rebuild), secondsIn4Partitions: spreadOf(times.rebuildIn4Partitions),
        bareReadSeconds: spreadOf(times.bareRead), bareWriteSeconds: spreadOf(times.bareWrite), ratioToBare: ofBare,
        ratioOf4PartitionsTo1: ratio(times.rebuildIn4Partitions, times.rebuild),
        how: `${VIEW}, all partitions in this one process; bare: the client's subscription from the beginning, then insertMany of the final documents`,
      },
      appendToVisibleMs: visibleMs,
    };
    return { metrics, targets: [atMost('rebuild.ratioToBare.median', TARGET, ofBare.median)] };
  } finally {
    await bench.remove();
  }
}

class RebuildBench {
  documentCount = 0;
  private readonly prefix = `bench${randomUUID().slice(0, 8)}/`;
  private readonly events: EventStoreDbEventStore;
  private readonly documents: MongoDocumentStore;
  private readonly client: EventStoreDBClient;
  private readonly mongo: MongoClient;
  private final: Document[] = [];
  private customer = '';

  constructor(private readonly servers: { events: string; documents: string }) {
    this.events = new EventStoreDbEventStore({ connection: servers.events, prefix: this.prefix });
    this.documents = new MongoDocumentStore({ url: servers.documents });
    this.client = EventStoreDBClient.connectionString(servers.events);
    this.mongo = new MongoClient(mongoAddress(servers.documents).url);
  }

  async fill({ events, customers }: RebuildOptions): Promise<void> {
    await appendAll(this.events, customerLog({ events, customers, seed: 1 }), events);
  }

  /** @returns seconds from its beginning until the new documents are stored and answer. */
  async rebuild(partitions: number): Promise<number> {
    const engine = await this.started(partitions);
    const { projector } = engine;
    const before = projector.get(VIEW).answering;
    const took = await seconds(async () => {
      await projector.rebuild(VIEW);
      while (projector.get(VIEW).answering === before) await pause(2);
    });
    this.final = await this.documents.find(projector.get(VIEW).answering!);
    this.documentCount = this.final.length;
    this.customer = this.final[0]!._id;
    await engine.stop();
    return took;
  }

  /** @returns seconds that the client takes for all events. */
  read(events: number): Promise<number> {
    return seconds(async () => {
      let count = 0;
      const subscription = this.client.subscribeToAll({ fromPosition: START, filter: streamNameFilter({ prefixes: [this.prefix] }) });
      for await (const { event: found } of subscription) {
        if (found && ++count === events) break;
      }
    });
  }

  /** @returns seconds that the driver takes for the final documents. */
  async write(): Promise<number> {
    const collection = this.database().collection<Document>(`bare_${randomUUID().slice(0, 8)}`, { writeConcern: { w: 'majority' } });
    const documents = this.final.map((document, index) => ({ ...document, _position: index + 1 }));
    const took = await seconds(async () => {
      for (let next = 0; next < documents.length; next += BATCH) await collection.insertMany(documents.slice(next, next + BATCH), { ordered: false });
    });
    await collection.drop();
    return took;
  }

  /** @returns milliseconds from each append until the view holds its event. */
  async untilVisible(samples: number): Promise<number[]> {
    const engine = await this.started(1);
    const taken: number[] = [];
    for (let sample = 0; sample < samples; sample++) {
      const started = performance.now();
      const made = toAppend(event(CustomerRenamed, { customerId: this.customer, name: `Visible ${sample}` }), sample);
      const { position } = await this.events.append(`customer-${this.customer}`, 'any', [made]);
      if (!(await engine.projector.reaches(VIEW, position, LONG_MS))) throw new Error(`${VIEW} is not fed.`);
      taken.push(performance.now() - started);
    }
    await engine.stop();
    return taken;
  }

  async remove(): Promise<void> {
    await this.database().dropDatabase();
    await this.documents.close();
    await this.mongo.close();
    await this.events.close();
    await this.client.dispose();
  }

  private database() {
    return this.mongo.db(mongoAddress(this.servers.documents).database);
  }

  private async started(partitions: number): Promise<Engine> {
    const context = { name: 'bench', aggregates: [], events: [], decisions: [], views: [view()] };
    const engine = new Engine({ contexts: [context], events: this.events, documents: this.documents, projector: { partitions, graceMs: 0 } });
    await engine.start();
    if (!(await engine.projector.reaches(VIEW, await this.events.head(), LONG_MS))) throw new Error(`${VIEW} did not come to the end of the log.`);
    return engine;
  }
}

function view(): AnyView {
  const found = contexts.flatMap(({ views }) => views).find(({ name }) => name === VIEW);
  if (!found) throw new Error(`There is no view ${VIEW}.`);
  return found;
}
