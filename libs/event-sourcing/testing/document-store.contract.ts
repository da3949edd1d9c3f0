import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { CollectionWrites, DocumentStore, DocumentWrite } from '../ports/document-store.js';
import { aggregatesDocuments } from './document-store.aggregates.js';
import { filtersDocuments } from './document-store.filters.js';
import { readsDocuments } from './document-store.reads.js';
import { itExcept, type DocumentStoreFixture } from './document-store.fixture.js';

export interface DocumentStoreUnderTest {
  /** A store that is ready. It may hold collections of others: the suite gives its own names that nobody else has. */
  open(): DocumentStore | Promise<DocumentStore>;
  /** Closes a store and opens one with the same content. Left out where closing loses it. */
  reopen?(store: DocumentStore): Promise<DocumentStore>;
  /** Tests, by the names that are shown, that a server behind the store cannot pass, with the reason. */
  leftOut?: ReadonlyMap<string, string>;
}

/** Milliseconds for tests that ask much, also of a server that takes its time for each answer. */
const LONG_MS = 300_000;

/** Every adapter of the port of documents behaves like this. Call it in a test file of the adapter. */
export function documentStoreContract(name: string, adapter: DocumentStoreUnderTest): void {
  describe(`${name} is a document store`, () => {
    const run = randomUUID().slice(0, 8);
    const names: string[] = [];
    const under = {
      it: itExcept(adapter.leftOut ?? new Map()),
      unused: () => {
        names.push(`contract_${run}_${names.length}`);
        return names.at(-1)!;
      },
      filledWith: async (documents) => {
        const collection = under.unused();
        await under.store.ensureCollection(collection);
        const writes = Object.entries(documents).map(([key, document]) => ({ key, position: 1, document }));
        await under.store.write([{ collection, writes }]);
        return collection;
      },
    } as DocumentStoreFixture;

    beforeAll(async () => {
      under.store = await adapter.open();
    }, LONG_MS);

    afterAll(async () => {
      for (const collection of names) await under.store.dropCollection(collection);
      await under.store.close();
    }, LONG_MS);

    writesDocuments(under);
    setsByComparison(under);
    keepsCollections(under);
    readsDocuments(under);
    filtersDocuments(under);
    aggregatesDocuments(under);
    if (adapter.reopen) survivesReopening(under, (store) => adapter.reopen!(store));
  });
}

const write = (key: string, position: number, document: object | null): DocumentWrite => ({ key, position, document });

function writesDocuments(under: DocumentStoreFixture): void {
  const { it } = under;
  describe('writing', () => {
    it('gives back what was written, with its position', async () => {
      const collection = await under.filledWith({});
      await under.store.write([{ collection, writes: [write('a', 3, { name: 'Ada' })] }]);
      expect(await under.store.load(collection, ['a'])).toEqual(new Map([['a', { position: 3, document: { name: 'Ada' } }]]));
      expect(await under.store.get(collection, 'a')).toEqual({ _id: 'a', name: 'Ada' });
    });

    it('replaces a document by one with a higher position, whole', async () => {
      const collection = await under.filledWith({ a: { name: 'Ada', city: 'London' } });
      await under.store.write([{ collection, writes: [write('a', 2, { name: 'Ada L.' })] }]);
      expect(await under.store.get(collection, 'a')).toEqual({ _id: 'a', name: 'Ada L.' });
    });

    it.each([4, 5])('ignores a write at position %i of a document at position 5', async (position) => {
      const collection = await under.filledWith({});
      await under.store.write([{ collection, writes: [write('a', 5, { is: 'new' })] }]);
      await under.store.write([{ collection, writes: [write('a', position, { is: 'old' }), write('b', position, { is: 'other' })] }]);
      expect((await under.store.load(collection, ['a'])).get('a')).toEqual({ position: 5, document: { is: 'new' } });
      expect(await under.store.get(collection, 'b')).toEqual({ _id: 'b', is: 'other' });
    });

    it('keeps the position of a removed document, so that an older write does not bring it back', async () => {
      const collection = await under.filledWith({ a: { name: 'Ada' } });
      await under.store.write([{ collection, writes: [write('a', 5, null)] }]);
      await under.store.write([{ collection, writes: [write('a', 4, { name: 'Ada' })] }]);
      expect(await under.store.load(collection, ['a'])).toEqual(new Map([['a', { position: 5, document: null }]]));
      expect(await under.store.get(collection, 'a')).toBeUndefined();
    });

    it('keeps the position of a removal of what was never there', async () => {
      const collection = await under.filledWith({});
      await under.store.write([{ collection, writes: [write('a', 5, null)] }]);
      await under.store.write([{ collection, writes: [write('a', 4, { name: 'Ada' })] }]);
      expect(await under.store.get(collection, 'a')).toBeUndefined();
    });

    it('brings a removed document back by a newer write', async () => {
      const collection = await under.filledWith({});
      await under.store.write([{ collection, writes: [write('a', 1, null)] }]);
      await under.store.write([{ collection, writes: [write('a', 2, { name: 'Ada' })] }]);
      expect(await under.store.get(collection, 'a')).toEqual({ _id: 'a', name: 'Ada' });
    });

    it('writes several collections in one batch', async () => {
      const [first, second] = [await under.filledWith({}), await under.filledWith({})];
      await under.store.write([
        { collection: first, writes: [write('a', 1, { in: 'first' })] },
        { collection: second, writes: [write('a', 1, { in: 'second' }), write('b', 1, { in: 'second' })] },
      ]);
      expect(await under.store.find(first)).toEqual([{ _id: 'a', in: 'first' }]);
      expect(await under.store.find(second)).toEqual([{ _id: 'a', in: 'second' }, { _id: 'b', in: 'second' }]);
    });

    it('changes nothing when the same batch comes twice', async () => {
      const collection = await under.filledWith({ a: { n: 1 }, b: { n: 1 } });
      const batch: CollectionWrites[] = [{ collection, writes: [write('a', 2, { n: 2 }), write('b', 2, null)] }];
      await under.store.write(batch);
      const once = await under.store.load(collection, ['a', 'b']);
      await under.store.write(batch);
      expect(await under.store.load(collection, ['a', 'b'])).toEqual(once);
    });

    it('takes an empty batch and a batch without writes', async () => {
      const collection = await under.filledWith({ a: {} });
      await under.store.write([]);
      await under.store.write([{ collection, writes: [] }]);
      expect(await under.store.count(collection)).toBe(1);
    });

    it('makes a collection that it is the first to write', async () => {
      const collection = under.unused();
      await under.store.write([{ collection, writes: [write('a', 1, { n: 1 })] }]);
      expect(await under.store.get(collection, 'a')).toEqual({ _id: 'a', n: 1 });
    });

    it('comes to the highest position of each key, in whatever order and batches writes arrive', async () => {
      const contentAt = (key: string, position: number) => (position % 4 === 0 ? null : { key, position });
      const anyWrite = fc.record({ key: fc.constantFrom('a', 'b', 'c'), position: fc.integer({ min: 1, max: 9 }) });
      await fc.assert(
        fc.asyncProperty(fc.array(anyWrite, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 4 }), async (writes, lanes) => {
          const collection = await under.filledWith({});
          const batches = writes.map(({ key, position }): CollectionWrites[] => [
            { collection, writes: [write(key, position, contentAt(key, position))] },
          ]);
          for (let i = 0; i < batches.length; i += lanes) await Promise.all(batches.slice(i, i + lanes).map((batch) => under.store.write(batch)));
          const highest = new Map<string, number>();
          for (const { key, position } of writes) highest.set(key, Math.max(position, highest.get(key) ?? 0));
          const expected = [...highest].map(([key, position]) => [key, { position, document: contentAt(key, position) }] as const);
          expect(await under.store.load(collection, ['a', 'b', 'c'])).toEqual(new Map(expected));
        }),
        { numRuns: 30 },
      );
    }, LONG_MS);

    it('shares nothing with its callers', async () => {
      const document = { tags: ['a'] };
      const collection = await under.filledWith({ a: document });
      document.tags.push('b');
      const [found] = await under.store.find(collection);
      (found!.tags as string[]).push('c');
      const loaded = await under.store.load(collection, ['a']);
      (loaded.get('a')!.document as typeof document).tags.push('d');
      expect(await under.store.get(collection, 'a')).toEqual({ _id: 'a', tags: ['a'] });
    });
  });
}

function setsByComparison(under: DocumentStoreFixture): void {
  const { it } = under;
  describe('comparing and setting', () => {
    it('creates a document only where there was none', async () => {
      const collection = await under.filledWith({});
      expect(await under.store.compareAndSet(collection, write('a', 1, { owner: 'x' }), undefined)).toBe(true);
      expect(await under.store.compareAndSet(collection, write('a', 2, { owner: 'y' }), undefined)).toBe(false);
      expect(await under.store.get(collection, 'a')).toEqual({ _id: 'a', owner: 'x' });
    });

    it('sets a document only where it stands at the expected position', async () => {
      const collection = await under.filledWith({ a: { owner: 'x' } });
      expect(await under.store.compareAndSet(collection, write('a', 2, { owner: 'y' }), 1)).toBe(true);
      expect(await under.store.compareAndSet(collection, write('a', 3, { owner: 'z' }), 1)).toBe(false);
      expect((await under.store.load(collection, ['a'])).get('a')).toEqual({ position: 2, document: { owner: 'y' } });
    });

    it('does not set what is missing at an expected position', async () => {
      const collection = await under.filledWith({});
      expect(await under.store.compareAndSet(collection, write('a', 2, {}), 1)).toBe(false);
      expect(await under.store.load(collection, ['a'])).toEqual(new Map());
    });

    it('takes a removed document for one that stands at its position', async () => {
      const collection = await under.filledWith({ a: {} });
      expect(await under.store.compareAndSet(collection, write('a', 2, null), 1)).toBe(true);
      expect(await under.store.compareAndSet(collection, write('a', 3, {}), undefined)).toBe(false);
      expect(await under.store.compareAndSet(collection, write('a', 3, { again: true }), 2)).toBe(true);
      expect(await under.store.get(collection, 'a')).toEqual({ _id: 'a', again: true });
    });

    it.each<[string, number | undefined]>([['create', undefined], ['set', 1]])('lets one of many win that %s at once', async (_, expected) => {
      const collection = await under.filledWith(expected === undefined ? {} : { lease: { owner: 'nobody' } });
      const owners = Array.from({ length: 8 }, (_, i) => `worker-${i}`);
      const won = await Promise.all(owners.map((owner) => under.store.compareAndSet(collection, write('lease', 2, { owner }), expected)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await under.store.get(collection, 'lease')).toEqual({ _id: 'lease', owner: owners[won.indexOf(true)] });
    });
  });
}

function keepsCollections(under: DocumentStoreFixture): void {
  const { it } = under;
  const people = { a: { name: 'Ada', age: 36 }, b: { name: 'Bob', age: 41 }, c: { name: 'Cid' } };

  describe('collections', () => {
    it('lists a collection from when it is made until it is dropped', async () => {
      const collection = under.unused();
      expect(await under.store.listCollections()).not.toContain(collection);
      await under.store.ensureCollection(collection);
      expect(await under.store.listCollections()).toContain(collection);
      await under.store.dropCollection(collection);
      expect(await under.store.listCollections()).not.toContain(collection);
    });

    it('answers the same whatever indexes are declared, also when they change', async () => {
      const collection = await under.filledWith(people);
      for (const indexes of [[], [{ name: 1 }], [{ name: 1 }], [{ age: -1, name: 1 }, { 'a.b': 1 }], []] as const) {
        await under.store.ensureCollection(collection, indexes);
        expect(await under.store.find(collection, { filter: { age: { $gt: 40 } } })).toEqual([{ _id: 'b', ...people.b }]);
        expect((await under.store.find(collection, { sort: { age: -1 } })).map(({ _id }) => _id)).toEqual(['b', 'a', 'c']);
        expect(await under.store.get(collection, 'c')).toEqual({ _id: 'c', name: 'Cid' });
      }
    });

    it('lets collections be made at once by several', async () => {
      const collection = under.unused();
      await Promise.all([1, 2, 3].map(() => under.store.ensureCollection(collection, [{ name: 1 }])));
      await under.store.write([{ collection, writes: [write('a', 1, people.a)] }]);
      expect(await under.store.count(collection, { name: 'Ada' })).toBe(1);
    });

    it('forgets documents and positions of a dropped collection', async () => {
      const collection = await under.filledWith({});
      await under.store.write([{ collection, writes: [write('a', 9, people.a)] }]);
      await under.store.dropCollection(collection);
      expect(await under.store.find(collection)).toEqual([]);
      await under.store.write([{ collection, writes: [write('a', 1, people.b)] }]);
      expect((await under.store.load(collection, ['a'])).get('a')).toEqual({ position: 1, document: people.b });
    });

    it('drops a collection that is not there', async () => {
      await expect(under.store.dropCollection(under.unused())).resolves.toBeUndefined();
    });

    it('has nothing in a collection that nobody made', async () => {
      const collection = under.unused();
      expect(await under.store.get(collection, 'a')).toBeUndefined();
      expect(await under.store.load(collection, ['a'])).toEqual(new Map());
      expect(await under.store.find(collection, { filter: { name: 'Ada' }, sort: { name: 1 } })).toEqual([]);
      expect(await under.store.count(collection)).toBe(0);
      expect(await under.store.aggregate(collection, [{ $match: {} }])).toEqual([]);
      for await (const page of under.store.scan(collection)) expect(page).toBe('never read');
    });
  });
}

function survivesReopening(under: DocumentStoreFixture, reopen: (store: DocumentStore) => Promise<DocumentStore>): void {
  under.it('has collections, documents and positions again after it is closed and opened', async () => {
    const collection = await under.filledWith({ a: { name: 'Ada' }, b: { name: 'Bob' } });
    await under.store.ensureCollection(collection, [{ name: 1 }]);
    await under.store.write([{ collection, writes: [write('b', 7, null)] }]);
    under.store = await reopen(under.store);
    expect(await under.store.listCollections()).toContain(collection);
    expect(await under.store.find(collection, { filter: { name: 'Ada' } })).toEqual([{ _id: 'a', name: 'Ada' }]);
    await under.store.write([{ collection, writes: [write('b', 6, { name: 'Bob' })] }]);
    expect((await under.store.load(collection, ['b'])).get('b')).toEqual({ position: 7, document: null });
    expect(await under.store.compareAndSet(collection, write('b', 8, { name: 'Bea' }), 7)).toBe(true);
    expect(await under.store.aggregate(collection, [{ $count: 'n' }])).toEqual([{ n: 2 }]);
  });
}
