import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient, type Db } from 'mongodb';
import { randomUUID } from 'node:crypto';
import { DocumentTooLarge, QueryTooExpensive, StoreUnavailable } from '#event-sourcing';
import { mongoAddress, MongoDocumentStore } from '#stores/mongodb';
import { onEachServer } from './servers.js';

const LONG_MS = 300_000;
const MEGABYTE = 1024 * 1024;

await onEachServer('read models in MongoDB', (server) => {
  let store: MongoDocumentStore;
  let client: MongoClient;
  let database: Db;
  let collection: string;
  const used: string[] = [];
  beforeAll(() => {
    store = new MongoDocumentStore({ url: server.url() });
    client = new MongoClient(server.url());
    database = client.db(mongoAddress(server.url()).database);
  });
  beforeEach(() => {
    collection = `read_models_${randomUUID().slice(0, 8)}`;
    used.push(collection);
  });
  afterAll(async () => {
    for (const name of used) await store.dropCollection(name);
    await store.close();
    await client.close();
  });
  const write = (key: string, position: number, document: object | null) => store.write([{ collection, writes: [{ key, position, document }] }]);

  describe('indexes', () => {
    const indexes = async () => (await database.collection(collection).indexes()).map(({ name }) => name).sort();

    it('are those that are declared, with the key at the end', async () => {
      await store.ensureCollection(collection, [{ name: 1 }, { 'address.country': 1, since: -1 }, { _id: 1 }]);
      expect(await indexes()).toEqual(['_id_', 'guanxi_address.country_1_since_-1__id_-1', 'guanxi_name_1__id_1']);
      await store.ensureCollection(collection, [{ since: 1 }, { name: 1 }]);
      expect(await indexes()).toEqual(['_id_', 'guanxi_name_1__id_1', 'guanxi_since_1__id_1']);
    });

    it('stay where somebody made them by hand', async () => {
      await store.ensureCollection(collection, [{ phone: 1 }]);
      await database.collection(collection).createIndex({ city: 1 }, { name: 'by_hand' });
      await database.collection(collection).createIndex({ age: 1, _id: 1 }, { name: 'also_by_hand' });
      await store.ensureCollection(collection, [{ age: 1 }]);
      expect(await indexes()).toEqual(['_id_', 'also_by_hand', 'by_hand']);
    });
  });

  describe('documents', () => {
    it('have fields of any name, which queries of other fields see beside them', async () => {
      const document = { 'a.b': 1, $set: { 'x.y': [{ $z: 2 }] }, plain: { '％': 3 } };
      await write('a', 1, document);
      expect(await store.get(collection, 'a')).toEqual({ _id: 'a', ...document });
      expect(await store.find(collection, { filter: { 'plain.other': null } })).toEqual([{ _id: 'a', ...document }]);
      expect((await store.load(collection, ['a'])).get('a')).toEqual({ position: 1, document });
      expect(await store.aggregate(collection, [{ $project: { plain: 1 } }])).toEqual([{ _id: 'a', plain: { '％': 3 } }]);
    });

    it('show nothing of the position and of removals, whatever is asked', async () => {
      await write('a', 3, { n: 1 });
      await write('b', 4, null);
      const shown = [{ _id: 'a', n: 1 }];
      expect(await store.find(collection, { filter: { _position: 3 } })).toEqual([]);
      expect(await store.find(collection, { filter: { _removed: true } })).toEqual([]);
      expect(await store.count(collection, { _position: { $exists: true } })).toBe(0);
      expect(await store.find(collection, { projection: { _position: 1 } })).toEqual([{ _id: 'a' }]);
      expect(await store.find(collection, { sort: { _position: 1 } })).toEqual(shown);
      expect(await store.aggregate(collection, [{ $project: { _id: 0, whole: '$$ROOT' } }])).toEqual([{ whole: shown[0] }]);
      expect(await store.aggregate(collection, [{ $group: { _id: '$_position' } }])).toEqual([{ _id: null }]);
    });

    it('are found by a newer write, when an older one was the first to insert them', async () => {
      const stores = Array.from({ length: 4 }, () => new MongoDocumentStore({ url: server.url() }));
      const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`);
      await Promise.all(stores.map((each, i) =>
        each.write([{ collection, writes: keys.map((key) => ({ key, position: i + 1, document: { by: i + 1 } })) }])));
      expect(await store.aggregate(collection, [{ $group: { _id: '$by', n: { $sum: 1 } } }])).toEqual([{ _id: 4, n: 200 }]);
      await Promise.all(stores.map((each) => each.close()));
    });

    it('are written by thousands, again and again, new ones among them', async () => {
      const writes = (count: number, position: number) => Array.from({ length: count }, (_, i) => ({ key: `key-${i}`, position, document: { i } }));
      for (const [count, position] of [[2_500, 2], [1_200, 3], [1_200, 1], [2_600, 2]] as const) {
        await store.write([{ collection, writes: writes(count, position) }]);
      }
      const stored = await store.load(collection, writes(2_600, 0).map(({ key }) => key));
      const positions = [...stored.values()].map(({ position }) => position);
      expect([2, 3].map((position) => positions.filter((each) => each === position).length)).toEqual([1_400, 1_200]);
    }, LONG_MS);

    it('of more than 16 MB are refused, with the collection, the key and what to do', async () => {
      const large = { text: 'x'.repeat(17 * MEGABYTE) };
      await expect(write('large', 1, large)).rejects.toThrow(DocumentTooLarge);
      await expect(write('large', 1, large)).rejects.toThrow(new RegExp(`"large" of ${collection} has 178\\d+ bytes.*16 MB.*narrower`));
      await expect(store.compareAndSet(collection, { key: 'large', position: 1, document: large }, undefined)).rejects.toThrow(DocumentTooLarge);
      expect(await store.count(collection)).toBe(0);
    }, LONG_MS);
  });

  it('keeps to its limits where the engine computes what the server lacks', async () => {
    for (const key of ['a', 'b', 'c']) await write(key, 1, { n: 1 });
    const running = [{ $setWindowFields: { sortBy: { n: 1 as const }, output: { median: { $median: { input: '$n', method: 'approximate' } } } } }];
    expect(await store.aggregate(collection, running, { maxDocuments: 3 })).toHaveLength(3);
    await expect(store.aggregate(collection, running, { maxDocuments: 2 })).rejects.toBeInstanceOf(QueryTooExpensive);
  });

  it('leaves collections of other databases alone', async () => {
    const other = client.db(`other_${randomUUID().slice(0, 8)}`);
    await other.collection<{ _id: string }>(collection).insertOne({ _id: 'theirs' });
    await store.ensureCollection(collection);
    await store.dropCollection(collection);
    expect(await other.collection(collection).countDocuments()).toBe(1);
    await other.dropDatabase();
  });

  it('is unavailable once it is closed, and can be closed again', async () => {
    const closed = new MongoDocumentStore({ url: server.url() });
    await closed.count(collection);
    await closed.close();
    await closed.close();
    await expect(closed.count(collection)).rejects.toThrow(StoreUnavailable);
  });
});
