import { beforeAll, describe, expect } from '@jest/globals';
import type { Document, FindOptions } from '../ports/document-store.js';
import type { DocumentStoreFixture } from './document-store.fixture.js';

const MEGABYTE = 1024 * 1024;
const LONG_MS = 300_000;

/** Part of the contract: what comes back, in which order, how much of it. */
export function readsDocuments(under: DocumentStoreFixture): void {
  const { it } = under;
  const keysOf = async (collection: string, options: FindOptions) => (await under.store.find(collection, options)).map(({ _id }) => _id);

  describe('documents', () => {
    it('loads the asked keys with their positions, removed ones too, and leaves out what was never written', async () => {
      const collection = await under.filledWith({ a: { n: 1 }, b: { n: 2 }, c: { n: 3 } });
      await under.store.write([{ collection, writes: [{ key: 'b', position: 4, document: null }] }]);
      expect(await under.store.load(collection, ['b', 'x', 'a', 'a'])).toEqual(
        new Map([
          ['a', { position: 1, document: { n: 1 } }],
          ['b', { position: 4, document: null }],
        ]),
      );
      expect(await under.store.load(collection, [])).toEqual(new Map());
    });

    it('loads thousands of keys at once', async () => {
      const keys = Array.from({ length: 3000 }, (_, i) => `key-${i}`);
      const collection = await under.filledWith(Object.fromEntries(keys.map((key) => [key, { key }])));
      const loaded = await under.store.load(collection, keys);
      expect(loaded.size).toBe(3000);
      expect(loaded.get('key-2999')).toEqual({ position: 1, document: { key: 'key-2999' } });
    }, LONG_MS);

    it('never shows removed documents to queries', async () => {
      const collection = await under.filledWith({ a: { n: 1 }, b: { n: 2 } });
      await under.store.write([{ collection, writes: [{ key: 'a', position: 2, document: null }] }]);
      expect(await under.store.get(collection, 'a')).toBeUndefined();
      expect(await under.store.find(collection, { filter: { missing: null } })).toEqual([{ _id: 'b', n: 2 }]);
      expect(await under.store.find(collection, { filter: { _id: 'a' } })).toEqual([]);
      expect(await under.store.count(collection)).toBe(1);
      expect(await under.store.count(collection, { _id: { $lte: 'b' } })).toBe(1);
      expect(await under.store.aggregate(collection, [{ $group: { _id: null, n: { $sum: 1 } } }])).toEqual([{ _id: null, n: 1 }]);
    });

    it.each(['Grüße', '客户-1', '😀', 'a b/c?d#e&f', "o'neil", '"quoted"', 'back\\slash', '$dollar', 'dot.ted', '%_', ' ', 'line\nbreak'])(
      'takes any text for a key: %j',
      async (key) => {
        const collection = await under.filledWith({ [key]: { key }, other: {} });
        expect(await under.store.get(collection, key)).toEqual({ _id: key, key });
        expect(await under.store.find(collection, { filter: { _id: key } })).toEqual([{ _id: key, key }]);
        expect((await under.store.load(collection, [key])).get(key)?.document).toEqual({ key });
      },
    );

    it('keeps numbers exactly', async () => {
      const numbers = [0, -1, 0.1, 0.1 + 0.2, 1 / 3, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1), 1e21, 1e-7, 5e-324, Number.MAX_VALUE];
      const collection = await under.filledWith({ a: { numbers } });
      expect(await under.store.get(collection, 'a')).toEqual({ _id: 'a', numbers });
      for (const number of numbers) expect(await under.store.count(collection, { numbers: number })).toBe(1);
      expect(await under.store.aggregate(collection, [{ $unwind: '$numbers' }, { $group: { _id: '$numbers' } }])).toHaveLength(numbers.length);
    });

    it('keeps every kind of JSON value, nested and empty', async () => {
      const document = { text: 'a\u0000"\\\n😀', yes: true, no: false, nothing: null, list: [], object: {}, deep: [[{ a: [null, [1]] }], {}], 'with space': 1 };
      const collection = await under.filledWith({ a: document });
      expect(await under.store.get(collection, 'a')).toEqual({ _id: 'a', ...document });
    });

    it('takes fields that are called like those of a prototype for fields like any others', async () => {
      const collection = await under.filledWith({ a: { constructor: 'c', toString: 't', hasOwnProperty: 1 }, b: { name: 'plain' } });
      expect(await keysOf(collection, { filter: { constructor: 'c' } })).toEqual(['a']);
      expect(await keysOf(collection, { filter: { toString: null } })).toEqual(['b']);
      expect(await keysOf(collection, { filter: { valueOf: { $exists: true } } })).toEqual([]);
      const groups = await under.store.aggregate(collection, [{ $group: { _id: '$constructor' } }, { $sort: { _id: 1 } }]);
      expect(groups).toEqual([{ _id: null }, { _id: 'c' }]);
    });

    it('keeps documents of several megabytes', async () => {
      const document = { text: 'ü'.repeat(MEGABYTE), list: Array.from({ length: 20_000 }, (_, i) => ({ i, name: `entry ${i}` })) };
      const collection = await under.filledWith({ large: document, small: { list: [] } });
      expect((await under.store.get(collection, 'large'))?.list).toEqual(document.list);
      expect(await keysOf(collection, { filter: { 'list.i': 19_999 } })).toEqual(['large']);
    }, LONG_MS);

    it('lets a query see what was written before it', async () => {
      const collection = await under.filledWith({});
      for (let n = 1; n <= 20; n++) {
        await under.store.write([{ collection, writes: [{ key: 'a', position: n, document: { n } }] }]);
        expect(await under.store.count(collection, { n })).toBe(1);
        expect(await under.store.find(collection, { filter: { n: { $gte: n } } })).toEqual([{ _id: 'a', n }]);
        expect(await under.store.aggregate(collection, [{ $project: { _id: 0, n: 1 } }])).toEqual([{ n }]);
      }
    }, LONG_MS);
  });

  describe('order', () => {
    it('is that of the keys by code point where no sort is given', async () => {
      const collection = await under.filledWith({ b: {}, 'a-2': {}, '😀': {}, 'a-10': {}, Z: {}, '\uff5e': {}, é: {}, '10': {}, '9': {} });
      expect(await keysOf(collection, {})).toEqual(['10', '9', 'Z', 'a-10', 'a-2', 'b', 'é', '\uff5e', '😀']);
    });

    it('of types is: null and missing, numbers, strings, objects, booleans', async () => {
      const collection = await under.filledWith({
        missing: {}, null: { v: null }, less: { v: -1.5 }, more: { v: 10 }, a: { v: 'a' }, b: { v: 'b' }, object: { v: { x: 1 } }, no: { v: false }, yes: { v: true },
      });
      const ascending = ['missing', 'null', 'less', 'more', 'a', 'b', 'object', 'no', 'yes'];
      expect(await keysOf(collection, { sort: { v: 1, _id: 1 } })).toEqual(ascending);
      expect(await keysOf(collection, { sort: { v: -1, _id: -1 } })).toEqual(ascending.reverse());
    });

    it('of arrays is that of their least element ascending and of their greatest descending', async () => {
      const collection = await under.filledWith({ wide: { v: [9, 1] }, single: { v: 3 }, narrow: { v: [5, 4] }, none: { v: [] }, null: { v: null } });
      expect(await keysOf(collection, { sort: { v: 1 } })).toEqual(['none', 'null', 'wide', 'single', 'narrow']);
      expect(await keysOf(collection, { sort: { v: -1 } })).toEqual(['wide', 'narrow', 'single', 'null', 'none']);
    });

    it('of objects is that of their fields one after the other', async () => {
      const collection = await under.filledWith({ a: { v: { x: 1, y: 2 } }, b: { v: { x: 1 } }, c: { v: { x: 'text' } }, d: { v: { y: 0 } } });
      expect(await keysOf(collection, { sort: { v: 1 } })).toEqual(['b', 'a', 'd', 'c']);
    });

    it('of text is that of its code points', async () => {
      const texts = ['', 'A', 'Z', 'a', 'aa', 'b', 'ä', '\uff5e', '😀'];
      const collection = await under.filledWith(Object.fromEntries(texts.map((text, i) => [`key-${9 - i}`, { text }])));
      expect((await under.store.find(collection, { sort: { text: 1 } })).map(({ text }) => text)).toEqual(texts);
    });

    it('goes by several fields, also nested ones', async () => {
      const collection = await under.filledWith({
        a: { at: { city: 'Rome' }, age: 3 }, b: { at: { city: 'Bonn' }, age: 1 }, c: { at: { city: 'Rome' }, age: 5 }, d: { age: 9 }, e: { at: { city: 'Bonn' }, age: 2 },
      });
      expect(await keysOf(collection, { sort: { 'at.city': 1, age: -1 } })).toEqual(['d', 'e', 'b', 'c', 'a']);
      expect(await keysOf(collection, { sort: { 'at.city': -1, age: 1 } })).toEqual(['a', 'c', 'b', 'e', 'd']);
    });

    it('of keys can be asked for in either direction', async () => {
      const collection = await under.filledWith({ a: {}, b: {}, c: {} });
      expect(await keysOf(collection, { sort: { _id: -1 }, limit: 2 })).toEqual(['c', 'b']);
    });
  });

  describe('pages', () => {
    const people = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`p${10 + i}`, { age: (i * 7) % 30 }]));
    let collection: string;
    beforeAll(async () => {
      collection = await under.filledWith(people);
    });

    it('start after skip and end at limit', async () => {
      const all = await keysOf(collection, { sort: { age: 1 } });
      expect(await keysOf(collection, { sort: { age: 1 }, skip: 5, limit: 10 })).toEqual(all.slice(5, 15));
      expect(await keysOf(collection, { sort: { age: 1 }, skip: 25, limit: 10 })).toEqual(all.slice(25));
      expect(await keysOf(collection, { skip: 28 })).toEqual(['p38', 'p39']);
      expect(await keysOf(collection, { limit: 2 })).toEqual(['p10', 'p11']);
      expect(await keysOf(collection, { skip: 30 })).toEqual([]);
    });

    it('are those of what matches', async () => {
      const filter = { age: { $gte: 20 } };
      expect((await under.store.find(collection, { filter, sort: { age: -1 }, skip: 2, limit: 3 })).map(({ age }) => age)).toEqual([27, 26, 25]);
      expect(await under.store.count(collection, filter)).toBe(10);
    });
  });

  describe('projection', () => {
    const order = { customer: { name: 'Ada', city: 'Bonn' }, lines: [{ sku: 'x', qty: 1 }, { sku: 'y' }], note: null };
    it.each<[string, Record<string, unknown>, Omit<Document, '_id'> & { _id?: string }]>([
      ['keeps the named fields and the key', { note: 1, 'customer.name': 1, missing: 1 }, { _id: 'a', note: null, customer: { name: 'Ada' } }],
      ['keeps named fields of objects in arrays', { 'lines.sku': true, _id: 0 }, { lines: [{ sku: 'x' }, { sku: 'y' }] }],
      ['leaves out fields that an object in an array lacks', { 'lines.qty': 1, _id: 0 }, { lines: [{ qty: 1 }, {}] }],
      [
        'leaves out the named fields',
        { 'customer.city': 0, 'lines.qty': false },
        { _id: 'a', customer: { name: 'Ada' }, lines: [{ sku: 'x' }, { sku: 'y' }], note: null },
      ],
      ['leaves out the key', { _id: 0, lines: 0 }, { customer: { name: 'Ada', city: 'Bonn' }, note: null }],
      ['computes fields', { _id: 0, city: '$customer.city', parts: { $size: '$lines' } }, { city: 'Bonn', parts: 2 }],
      ['keeps everything where it is empty', {}, { _id: 'a', ...order }],
    ])('%s', async (_, projection, expected) => {
      const collection = await under.filledWith({ a: order });
      expect(await under.store.find(collection, { projection })).toEqual([expected]);
    });
  });

  describe('scanning', () => {
    const keys = Array.from({ length: 1500 }, (_, i) => `key-${String(i).padStart(4, '0')}`);
    let collection: string;
    beforeAll(async () => {
      collection = await under.filledWith(Object.fromEntries(keys.map((key, i) => [key, { even: i % 2 === 0, i }])));
    }, LONG_MS);

    const scanned = async (filter?: Record<string, unknown>) => {
      const pages: (readonly Document[])[] = [];
      for await (const page of under.store.scan(collection, filter)) pages.push(page);
      return pages;
    };

    it('gives every document once, in key order, in several pages', async () => {
      const pages = await scanned();
      expect(pages.flat().map(({ _id }) => _id)).toEqual(keys);
      expect(pages.length).toBeGreaterThan(1);
    }, LONG_MS);

    it('gives the documents that match', async () => {
      expect((await scanned({ even: true, i: { $lt: 9 } })).flat().map(({ i }) => i)).toEqual([0, 2, 4, 6, 8]);
      expect(await scanned({ i: -1 })).toEqual([]);
    });

    it('can be left early, and the store goes on', async () => {
      for await (const page of under.store.scan(collection)) {
        expect(page[0]?._id).toBe('key-0000');
        break;
      }
      expect(await under.store.count(collection)).toBe(1500);
    });

    it('lets documents be written between its pages and gives none twice', async () => {
      const seen: string[] = [];
      for await (const page of under.store.scan(collection)) {
        seen.push(...page.map(({ _id }) => _id));
        const writes = page.slice(0, 3).map(({ _id }) => ({ key: _id, position: 2, document: { i: -5 } }));
        await under.store.write([{ collection, writes }]);
      }
      expect(seen).toEqual(keys);
    }, LONG_MS);
  });
}
