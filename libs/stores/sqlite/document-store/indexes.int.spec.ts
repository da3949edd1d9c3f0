import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import type { Filter, FindOptions, IndexSpec, Pipeline } from '#event-sourcing';
import { MemoryDocumentStore } from '../../memory/document-store.js';
import { marked } from './columns.js';
import type { SqliteDocumentStore } from './document-store.js';
import { TemporaryStore } from './testing.js';

let temporary: TemporaryStore;
let store: SqliteDocumentStore;
beforeAll(async () => {
  temporary = await TemporaryStore.open();
  store = temporary.store;
});
afterAll(() => temporary.remove());

let collections = 0;
async function filled(documents: Record<string, object | null>, indexes: readonly IndexSpec[]): Promise<string> {
  const collection = `c${collections++}`;
  await store.ensureCollection(collection, indexes);
  await store.write([{ collection, writes: Object.entries(documents).map(([key, document]) => ({ key, position: 1, document })) }]);
  return collection;
}

const people = Object.fromEntries(
  Array.from({ length: 200 }, (_, i) => [`p${1000 + i}`, { stage: `s${i % 5}`, score: (i * 37) % 101, active: i % 2 === 0, address: { city: `city ${i % 20}` } }]),
);
const INDEXES: IndexSpec[] = [{ stage: 1 }, { 'address.city': 1, score: -1 }, { score: 1 }, { active: 1 }];

describe('a declared index', () => {
  let collection: string;
  beforeAll(async () => {
    collection = await filled(people, INDEXES);
  });
  const steps = (options: FindOptions) => store.explain(collection, options).join('; ');
  const byIndex = /^SEARCH documents_\d+ USING INDEX index_\w+ \(<expr>[=<>]/;

  it.each<[string, Filter]>([
    ['equality', { stage: 's1' }],
    ['equality in $and', { $and: [{ other: 1 }, { $and: [{ stage: { $eq: 's1' } }] }] }],
    ['equality with a boolean', { active: true }],
    ['equality with null', { stage: null }],
    ['a list of values', { stage: { $in: ['s1', 's2'] } }],
    ['a range of numbers', { score: { $gte: 10, $lt: 20 } }],
    ['a range of text', { stage: { $gt: 's3' } }],
    ['a nested path', { 'address.city': 'city 3' }],
    ['two fields of one index', { 'address.city': 'city 3', score: { $gt: 50 } }],
  ])('is used for %s', (_, filter) => {
    expect(steps({ filter })).toMatch(byIndex);
  });

  it.each<[string, FindOptions]>([
    ['one field ascending', { sort: { score: 1 } }],
    ['one field descending', { sort: { score: -1 } }],
    ['several fields', { sort: { 'address.city': 1, score: -1 } }],
    ['several fields the other way round', { sort: { 'address.city': -1, score: 1 } }],
    ['what follows the fields that are filtered by equality', { filter: { 'address.city': 'city 3' }, sort: { score: -1 } }],
    ['a field that is filtered by a range', { filter: { score: { $gt: 50 } }, sort: { score: 1 } }],
    ['booleans', { sort: { active: -1 } }],
    ['keys', { sort: { _id: -1 } }],
    ['keys by default', { filter: { stage: 's1' } }],
  ])('gives the order of %s without sorting', (_, options) => {
    expect(steps(options)).toMatch(/USING (COVERING )?INDEX/);
    expect(steps(options)).not.toMatch(/TEMP B-TREE/);
  });

  it.each<[string, Filter]>([
    ['equality', { _id: 'p1001' }],
    ['a range', { _id: { $gt: 'p1100', $lte: 'p1110' } }],
    ['a list', { _id: { $in: ['p1001', 'p1002'] } }],
  ])('is not needed for %s of keys', (_, filter) => {
    expect(steps({ filter })).toMatch(/^SEARCH documents_\d+ USING INDEX sqlite_autoindex_documents_\d+_1 \(key[=<>]/);
  });

  it.each(['stage', 'address.city', 'score', 'active', 'since'])('tells at once whether %s leads to an array or object somewhere', async (path) => {
    const other = await filled(people, [...INDEXES, { stage: 1, since: -1 }]);
    const database = new DatabaseSync(temporary.file, { readOnly: true });
    const { id } = database.prepare('SELECT id FROM collections WHERE name = ?').get(other) as { id: number };
    const plan = database.prepare(`EXPLAIN QUERY PLAN SELECT 1 FROM documents_${id} WHERE ${marked(path)} LIMIT 1`).all() as { detail: string }[];
    database.close();
    expect(plan.map(({ detail }) => detail).join('; ')).toMatch(/^(SEARCH \w+ USING (COVERING )?INDEX index_|SCAN \w+ USING (COVERING )?INDEX marked_)/);
  });

  it('is no longer there when it is no longer declared, and there again when it is', async () => {
    await store.ensureCollection(collection, [{ score: 1 }]);
    expect(steps({ filter: { stage: 's1' } })).not.toMatch(byIndex);
    expect(steps({ filter: { score: 1 } })).toMatch(byIndex);
    await store.ensureCollection(collection, INDEXES);
    expect(steps({ filter: { stage: 's1' } })).toMatch(byIndex);
  });

  it('is there after the store is opened again', async () => {
    store = await temporary.reopen();
    expect(steps({ filter: { stage: 's1' } })).toMatch(byIndex);
  });

  it('is refused for a field that SQLite cannot name', async () => {
    await expect(store.ensureCollection(collection, [{ 'a"b': 1 }])).rejects.toThrow('"a"b" cannot be indexed');
    expect(steps({ filter: { stage: 's1' } })).toMatch(byIndex);
  });

  it('finds documents with arrays and objects in its fields among the others', async () => {
    const mixed = await filled({ a: { v: 5 }, b: { v: [5, 7] }, c: { v: { x: 1 } }, d: { v: [{ x: 5 }] }, e: {}, f: { v: '[5,7]' } }, [{ v: 1 }, { 'v.x': 1 }]);
    const keys = async (options: FindOptions) => (await store.find(mixed, options)).map(({ _id }) => _id);
    expect(await keys({ filter: { v: 5 } })).toEqual(['a', 'b']);
    expect(await keys({ filter: { v: { $gt: 6 } } })).toEqual(['b']);
    expect(await keys({ filter: { v: [5, 7] } })).toEqual(['b']);
    expect(await keys({ filter: { v: '[5,7]' } })).toEqual(['f']);
    expect(await keys({ filter: { 'v.x': { $in: [1, 5] } } })).toEqual(['c', 'd']);
    expect(await keys({ filter: { 'v.x': null } })).toEqual(['a', 'e', 'f']);
    expect(await keys({ sort: { v: 1 } })).toEqual(['e', 'a', 'b', 'f', 'c', 'd']);
    await store.write([{ collection: mixed, writes: ['b', 'd'].map((key) => ({ key, position: 2, document: null })) }]);
    expect(await keys({ filter: { v: 5 } })).toEqual(['a']);
  });
});

describe('any documents, indexes and queries', () => {
  const PATHS = ['a', 'b', 'n.x', 'n.y', '_id'];
  const numbers = fc.constantFrom<unknown>(0, 1, -1, 2, 2.5, 0.1, 1e21, 2 ** 48 - 1, -1e-7);
  const texts = fc.constantFrom<unknown>('', 'a', 'b', 'ab', 'é', '\uff5e', '😀', '1', "it's", 'a\u0000b', '[1]', '{"x":1}');
  const simple = fc.oneof(numbers, texts, fc.constant(null));
  const scalars = fc.oneof(simple, fc.boolean());
  const anything = fc.oneof(
    { weight: 4, arbitrary: scalars },
    { weight: 1, arbitrary: fc.array(scalars, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.record({ x: scalars, y: scalars }, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.array(fc.record({ x: scalars, y: scalars }, { requiredKeys: [] }), { maxLength: 2 }) },
  );
  const documentOf = (value: fc.Arbitrary<unknown>, nested: fc.Arbitrary<unknown>) =>
    fc.option(fc.record({ a: value, b: value, n: nested }, { requiredKeys: [] }), { freq: 8 });
  const objects = (value: fc.Arbitrary<unknown>) => fc.record({ x: value, y: value }, { requiredKeys: [] });
  const documents = fc
    .constantFrom(documentOf(simple, objects(simple)), documentOf(scalars, objects(scalars)), documentOf(anything, fc.oneof(objects(anything), anything)))
    .chain((document) => fc.dictionary(fc.constantFrom(...'abcdefghijklmnopqrst', 'é', '😀'), document, { maxKeys: 20 }));

  const path = fc.constantFrom(...PATHS);
  const direction = fc.constantFrom<1 | -1>(1, -1);
  const spec = (fields: fc.Arbitrary<string>) => fc.dictionary(fields, direction, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  const indexes = fc.array(spec(path), { maxLength: 4 }) as fc.Arbitrary<IndexSpec[]>;
  const operand = fc.oneof(simple, scalars, anything, fc.constantFrom<unknown>('c', 'k', 'é'));
  const condition = fc.oneof(
    { weight: 3, arbitrary: operand },
    { weight: 3, arbitrary: fc.dictionary(fc.constantFrom('$eq', '$gt', '$gte', '$lt', '$lte', '$ne'), operand, { minKeys: 1, maxKeys: 2, noNullPrototype: true }) },
    { weight: 1, arbitrary: fc.record({ $in: fc.array(operand, { maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ $not: fc.record({ $gt: operand }) }) },
    { weight: 1, arbitrary: fc.record({ $exists: fc.boolean() }) },
  );
  const fields = fc.dictionary(path, condition, { maxKeys: 2, noNullPrototype: true });
  const filter: fc.Arbitrary<Filter> = fc.oneof(
    { weight: 4, arbitrary: fields },
    { weight: 1, arbitrary: fc.record({ $and: fc.array(fields, { minLength: 1, maxLength: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ a: operand, $or: fc.array(fields, { minLength: 1, maxLength: 2 }) }) },
  );
  const query = fc.record(
    { filter, sort: spec(path), skip: fc.integer({ min: 0, max: 4 }), limit: fc.integer({ min: 1, max: 6 }) },
    { requiredKeys: [] },
  ) as fc.Arbitrary<FindOptions>;

  const total = { n: { $sum: 1 }, least: { $min: '$b' }, greatest: { $max: '$n.x' }, sum: { $sum: '$a' } };
  const pipeline: fc.Arbitrary<Pipeline> = fc.tuple(filter, path, direction).chain(([match, field, way]) =>
    fc.constantFrom<Pipeline>(
      [{ $match: match }, { $sort: { [field]: way, _id: 1 } }, { $limit: 3 }],
      [{ $match: match }, { $sort: { [field]: way } }, { $group: { _id: `$${field}`, ...total } }],
      [{ $group: { _id: { [field.replace('.', '_')]: `$${field}` }, ...total } }, { $match: { n: { $gt: 1 } } }],
      [{ $set: { 'n.z': `$${field}` } }, { $match: match }, { $project: { 'n.z': 1, a: 1, last: { $ifNull: ['$n.y', 'none'] } } }],
      [{ $match: match }, { $unwind: { path: '$a', preserveNullAndEmptyArrays: true } }, { $sortByCount: '$a' }],
      [{ $facet: { n: [{ $match: match }, { $count: 'n' }], all: [{ $group: { _id: null, ...total } }] } }],
      [{ $unset: field === '_id' ? 'a' : field }, { $match: match }],
    ),
  );
  const inAnyOrder = (results: object[]) => results.map((result) => JSON.stringify(result)).sort();

  it('give what evaluating every document gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        documents,
        indexes,
        fc.array(query, { minLength: 10, maxLength: 10 }),
        fc.array(pipeline, { minLength: 5, maxLength: 5 }),
        async (content, specs, queries, pipelines) => {
          const collection = await filled(content, specs);
          const plain = new MemoryDocumentStore();
          await plain.write([{ collection, writes: Object.entries(content).map(([key, document]) => ({ key, position: 1, document })) }]);
          for (const options of queries) {
            expect(await store.find(collection, options)).toEqual(await plain.find(collection, options));
            expect(await store.count(collection, options.filter)).toBe(await plain.count(collection, options.filter));
          }
          for (const each of pipelines) {
            expect(inAnyOrder(await store.aggregate(collection, each))).toEqual(inAnyOrder(await plain.aggregate(collection, each)));
          }
          await store.dropCollection(collection);
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});
