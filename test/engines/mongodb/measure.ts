import { MongoClient, type AnyBulkWriteOperation } from 'mongodb';
import { randomUUID } from 'node:crypto';
import { MongoDocumentStore, mongoAddress } from '#stores/mongodb';
import { ProtocolServer } from './protocol-server.js';

/**
 * What a bulk write guarded by position costs beside a bare one of the same documents: one after the other on the same
 * server, ROUNDS times. `node dist/test/engines/mongodb/measure.js [mongodb://…]`; without an address on the installed server.
 */
const ROUNDS = 9;
const DOCUMENTS = 20_000;
const IN_ONE_MESSAGE = 1_000;

const server = process.argv[2] ? undefined : await ProtocolServer.start(false);
const url = process.argv[2] ?? server!.url;
const store = new MongoDocumentStore({ url });
const client = new MongoClient(url);
const database = client.db(mongoAddress(url).database, { writeConcern: { w: 'majority' } });

const documents = Array.from({ length: DOCUMENTS }, (_, i) => ({
  name: `Customer ${i}`, country: ['CN', 'DE', 'IT'][i % 3], since: '2026-01-01T00:00:00.000Z', purchases: i % 40, minor: i * 100, currency: 'EUR',
  address: { street: `Road ${i}`, city: 'Bonn' }, tags: ['new', 'web'], lastSeen: { channel: 'phone', at: '2026-02-01T00:00:00.000Z' },
}));

async function guarded(collection: string): Promise<void> {
  await store.write([{ collection, writes: documents.map((document, i) => ({ key: `customer-${i}`, position: i + 1, document })) }]);
}

async function bare(collection: string): Promise<void> {
  for (let from = 0; from < DOCUMENTS; from += IN_ONE_MESSAGE) {
    const operations = documents.slice(from, from + IN_ONE_MESSAGE).map((document, i): AnyBulkWriteOperation<{ _id: string }> => ({
      replaceOne: { filter: { _id: `customer-${from + i}` }, replacement: document, upsert: true },
    }));
    await database.collection<{ _id: string }>(collection).bulkWrite(operations, { ordered: false });
  }
}

async function timed(write: (collection: string) => Promise<void>): Promise<number> {
  const collection = `measure_${randomUUID().slice(0, 8)}`;
  await store.ensureCollection(collection);
  const start = performance.now();
  await write(collection);
  const milliseconds = performance.now() - start;
  await store.dropCollection(collection);
  return milliseconds;
}

const times = { guarded: [] as number[], bare: [] as number[] };
for (let round = 0; round <= ROUNDS; round++) {
  const [first, second] = [await timed(guarded), await timed(bare)];
  if (round === 0) continue;
  times.guarded.push(first);
  times.bare.push(second);
}
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const perSecond = (values: readonly number[]) => values.map((ms) => Math.round((DOCUMENTS / ms) * 1000)).sort((a, b) => a - b);
const ratio = median(times.guarded.map((ms, i) => times.bare[i]! / ms));
process.stdout.write(`${JSON.stringify({ documents: DOCUMENTS, guardedPerSecond: perSecond(times.guarded), barePerSecond: perSecond(times.bare), medianRatio: Number(ratio.toFixed(2)) })}\n`);
await Promise.all([store.close(), client.close()]);
await server?.remove();
