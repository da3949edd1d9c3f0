import { beforeAll, describe, expect } from '@jest/globals';
import { InvalidQuery, QueryTooExpensive, type Pipeline } from '../ports/document-store.js';
import type { DocumentStoreFixture } from './document-store.fixture.js';

type Row = [sentence: string, pipeline: Pipeline, result: unknown[]];

const SALES = {
  s1: { shop: 'Bonn', at: '2026-01-05T09:00:00.000Z', amount: 100, tags: ['new', 'web'], lines: [{ sku: 'x', qty: 2 }, { sku: 'y', qty: 1 }] },
  s2: { shop: 'Rome', at: '2026-01-20T09:00:00.000Z', amount: 250, tags: [], lines: [{ sku: 'x', qty: 5 }] },
  s3: { shop: 'Bonn', at: '2026-02-03T09:00:00.000Z', amount: 50, tags: ['web'], lines: [] },
  s4: { shop: 'Oslo', at: '2026-02-04T09:00:00.000Z', amount: null, lines: [{ sku: 'z' }] },
  s5: { at: '2026-03-01T09:00:00.000Z', amount: 300, tags: 'web', note: { by: 'Ada', text: 'late' } },
};

/** Part of the contract: pipelines, which are MongoDB's. */
export function aggregatesDocuments(under: DocumentStoreFixture): void {
  const { it } = under;
  describe('aggregation', () => {
    let sales: string;
    beforeAll(async () => {
      sales = await under.filledWith(SALES);
    });
    const gives = (rows: Row[]) =>
      it.each(rows)('%s', async (_, pipeline, result) => {
        expect(await under.store.aggregate(sales, pipeline)).toEqual(result);
      });
    const byKey = { $sort: { _id: 1 } };
    const computed = (expression: unknown): Pipeline => [{ $match: { _id: 's1' } }, { $project: { _id: 0, is: expression } }];

    describe('groups', () => {
      const grouped = (accumulator: unknown): Pipeline => [byKey, { $group: { _id: '$shop', is: accumulator } }, byKey];
      const perShop = (none: unknown, bonn: unknown, oslo: unknown, rome: unknown) => [
        { _id: null, is: none }, { _id: 'Bonn', is: bonn }, { _id: 'Oslo', is: oslo }, { _id: 'Rome', is: rome },
      ];
      gives([
        ['by a field, what lacks it under null', grouped({ $sum: 1 }), perShop(1, 2, 1, 1)],
        ['with sums of numbers alone', grouped({ $sum: '$amount' }), perShop(300, 150, 0, 250)],
        ['with averages, null where there is no number', grouped({ $avg: '$amount' }), perShop(300, 75, null, 250)],
        ['with least values', grouped({ $min: '$amount' }), perShop(300, 50, null, 250)],
        ['with greatest values', grouped({ $max: '$at' }), perShop(SALES.s5.at, SALES.s3.at, SALES.s4.at, SALES.s2.at)],
        ['with the first in the order before', grouped({ $first: '$tags' }), perShop('web', ['new', 'web'], null, [])],
        ['with the last in the order before', grouped({ $last: '$amount' }), perShop(300, 50, null, 250)],
        ['with lists, without what is missing', grouped({ $push: '$tags' }), perShop(['web'], [['new', 'web'], ['web']], [], [[]])],
        [
          'with lists of objects',
          grouped({ $push: { key: '$_id', n: '$amount' } }),
          perShop([{ key: 's5', n: 300 }], [{ key: 's1', n: 100 }, { key: 's3', n: 50 }], [{ key: 's4', n: null }], [{ key: 's2', n: 250 }]),
        ],
        ['with sets', grouped({ $addToSet: { $substrCP: ['$at', 0, 4] } }), perShop(['2026'], ['2026'], ['2026'], ['2026'])],
        ['with counts', grouped({ $count: {} }), perShop(1, 2, 1, 1)],
        ['with computed sums', grouped({ $sum: { $size: { $ifNull: ['$lines', []] } } }), perShop(0, 2, 1, 1)],
        ['with conditional sums', grouped({ $sum: { $cond: [{ $gte: ['$amount', 100] }, 1, 0] } }), perShop(1, 1, 0, 1)],
        ['with the deviation of a population', grouped({ $stdDevPop: '$amount' }), perShop(0, 25, null, 0)],
        ['with merged objects', grouped({ $mergeObjects: '$note' }), perShop({ by: 'Ada', text: 'late' }, {}, {}, {})],
        ['with the first by another order', grouped({ $top: { sortBy: { amount: 1 }, output: '$_id' } }), perShop('s5', 's3', 's4', 's2')],
        [
          'with the last two by another order',
          grouped({ $bottomN: { n: 2, sortBy: { amount: 1 }, output: '$amount' } }),
          perShop([300], [50, 100], [null], [250]),
        ],
        ['with the greatest two', grouped({ $maxN: { n: 2, input: '$amount' } }), perShop([300], [100, 50], [], [250])],
        ['all together', [{ $group: { _id: null, total: { $sum: '$amount' } } }], [{ _id: null, total: 700 }]],
        [
          'by several fields',
          [
            { $group: { _id: { shop: '$shop', month: { $substrCP: ['$at', 0, 7] } }, n: { $sum: 1 } } },
            { $sort: { '_id.month': 1, '_id.shop': 1 } },
            { $limit: 3 },
          ],
          [
            { _id: { shop: 'Bonn', month: '2026-01' }, n: 1 },
            { _id: { shop: 'Rome', month: '2026-01' }, n: 1 },
            { _id: { shop: 'Bonn', month: '2026-02' }, n: 1 },
          ],
        ],
      ]);
    });

    describe('stages', () => {
      gives([
        [
          '$match, $sort, $skip and $limit take a page',
          [{ $match: { amount: { $gt: 0 } } }, { $sort: { amount: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { amount: 1 } }],
          [{ _id: 's2', amount: 250 }, { _id: 's1', amount: 100 }],
        ],
        [
          '$limit before $match limits what $match gets',
          [byKey, { $limit: 2 }, { $match: { shop: 'Rome' } }, { $project: { shop: 1 } }],
          [{ _id: 's2', shop: 'Rome' }],
        ],
        [
          '$project computes and leaves out',
          [{ $match: { _id: 's2' } }, { $project: { _id: 0, where: '$shop', double: { $multiply: ['$amount', 2] }, none: '$missing' } }],
          [{ where: 'Rome', double: 500 }],
        ],
        [
          '$project without fields keeps the others',
          [{ $match: { _id: 's5' } }, { $project: { at: 0, 'note.text': 0 } }],
          [{ _id: 's5', amount: 300, tags: 'web', note: { by: 'Ada' } }],
        ],
        [
          '$set adds a nested field beside others',
          [{ $match: { _id: 's5' } }, { $set: { 'note.long': false, amount: { $add: ['$amount', 1] } } }, { $project: { note: 1, amount: 1 } }],
          [{ _id: 's5', amount: 301, note: { by: 'Ada', text: 'late', long: false } }],
        ],
        [
          '$addFields takes a nested object for fields to add',
          [{ $match: { _id: 's5' } }, { $addFields: { note: { size: 4 } } }, { $project: { note: 1 } }],
          [{ _id: 's5', note: { by: 'Ada', text: 'late', size: 4 } }],
        ],
        [
          '$set reaches into each object of an array',
          [{ $match: { _id: 's1' } }, { $set: { 'lines.done': true } }, { $project: { lines: 1, _id: 0 } }],
          [{ lines: [{ sku: 'x', qty: 2, done: true }, { sku: 'y', qty: 1, done: true }] }],
        ],
        [
          '$unset removes fields',
          [{ $match: { _id: 's1' } }, { $unset: ['lines.qty', 'tags', 'at'] }],
          [{ _id: 's1', shop: 'Bonn', amount: 100, lines: [{ sku: 'x' }, { sku: 'y' }] }],
        ],
        [
          '$unwind gives a document for each element',
          [{ $unwind: '$lines' }, { $sort: { _id: 1, 'lines.sku': 1 } }, { $project: { sku: '$lines.sku' } }],
          [{ _id: 's1', sku: 'x' }, { _id: 's1', sku: 'y' }, { _id: 's2', sku: 'x' }, { _id: 's4', sku: 'z' }],
        ],
        [
          '$unwind takes a single value for one element and drops empty ones',
          [{ $unwind: '$tags' }, { $sort: { _id: 1, tags: 1 } }, { $project: { tags: 1 } }],
          [{ _id: 's1', tags: 'new' }, { _id: 's1', tags: 'web' }, { _id: 's3', tags: 'web' }, { _id: 's5', tags: 'web' }],
        ],
        [
          '$unwind keeps empty ones and counts on request',
          [
            { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } },
            { $sort: { _id: 1, i: 1 } },
            { $project: { tags: 1, i: 1 } },
          ],
          [
            { _id: 's1', tags: 'new', i: 0 },
            { _id: 's1', tags: 'web', i: 1 },
            { _id: 's2', i: null },
            { _id: 's3', tags: 'web', i: 0 },
            { _id: 's4', i: null },
            { _id: 's5', tags: 'web', i: null },
          ],
        ],
        [
          'documents that come of one document stay apart',
          [
            { $match: { _id: 's1' } },
            { $set: { box: { n: 0 } } },
            { $unwind: '$lines' },
            { $set: { 'box.n': '$lines.qty' } },
            { $sort: { 'lines.sku': 1 } },
            { $project: { _id: 0, box: 1 } },
          ],
          [{ box: { n: 2 } }, { box: { n: 1 } }],
        ],
        ['$count counts', [{ $match: { shop: 'Bonn' } }, { $count: 'sales' }], [{ sales: 2 }]],
        ['$count of nothing gives nothing', [{ $match: { shop: 'Nowhere' } }, { $count: 'sales' }], []],
        [
          '$bucket puts values into ranges and leaves out empty ones',
          [
            byKey,
            {
              $bucket: { groupBy: '$amount', boundaries: [0, 100, 200, 300], default: 'other', output: { n: { $sum: 1 }, keys: { $push: '$_id' } } },
            },
            { $project: { n: 1, first: { $first: '$keys' } } },
          ],
          [{ _id: 0, n: 1, first: 's3' }, { _id: 100, n: 1, first: 's1' }, { _id: 200, n: 1, first: 's2' }, { _id: 'other', n: 2, first: 's4' }],
        ],
        [
          '$bucket without documents in a range',
          [{ $match: { amount: { $gte: 250 } } }, { $bucket: { groupBy: '$amount', boundaries: [0, 250, 1000] } }],
          [{ _id: 250, count: 2 }],
        ],
        ['$sortByCount counts values', [{ $match: { shop: { $ne: null } } }, { $sortByCount: '$shop' }, { $limit: 1 }], [{ _id: 'Bonn', count: 2 }]],
        [
          '$replaceRoot makes a part the document',
          [{ $match: { note: { $exists: true } } }, { $replaceRoot: { newRoot: '$note' } }],
          [{ by: 'Ada', text: 'late' }],
        ],
        [
          '$facet runs several pipelines',
          [{ $facet: { shops: [{ $group: { _id: '$shop' } }, { $match: { _id: { $ne: null } } }, byKey], total: [{ $count: 'n' }] } }],
          [{ shops: [{ _id: 'Bonn' }, { _id: 'Oslo' }, { _id: 'Rome' }], total: [{ n: 5 }] }],
        ],
        [
          '$setWindowFields computes running totals',
          [
            { $match: { amount: { $gt: 0 } } },
            { $setWindowFields: { sortBy: { at: 1 }, output: { total: { $sum: '$amount', window: { documents: ['unbounded', 'current'] } } } } },
            { $sort: { at: 1 } },
            { $project: { _id: 0, total: 1 } },
          ],
          [{ total: 100 }, { total: 350 }, { total: 400 }, { total: 700 }],
        ],
        [
          '$setWindowFields ranks in partitions',
          [
            { $match: { shop: { $in: ['Bonn', 'Rome'] } } },
            { $setWindowFields: { partitionBy: '$shop', sortBy: { amount: -1 }, output: { rank: { $rank: {} } } } },
            byKey,
            { $project: { rank: 1 } },
          ],
          [{ _id: 's1', rank: 1 }, { _id: 's2', rank: 1 }, { _id: 's3', rank: 2 }],
        ],
        ['nothing comes of an empty pipeline but the documents', [{ $match: { _id: 's3' } }], [{ _id: 's3', ...SALES.s3 }]],
      ]);

      it('an empty pipeline gives every document', async () => {
        expect(await under.store.aggregate(sales, [])).toHaveLength(5);
      });
    });

    describe('expressions', () => {
      it.each<[unknown, unknown]>([
        [{ $eq: ['$missing', null] }, false],
        [{ $eq: ['$tags', 'web'] }, false],
        [{ $gt: ['$shop', '$amount'] }, true],
        [{ $lt: ['$missing', null] }, true],
        [{ $cmp: ['$amount', 200] }, -1],
        [{ $and: ['$amount', { $not: ['$missing'] }] }, true],
        [{ $in: ['web', '$tags'] }, true],
        [{ $cond: { if: { $gt: ['$amount', 10] }, then: 'much', else: 'little' } }, 'much'],
        [{ $switch: { branches: [{ case: { $lt: ['$amount', 10] }, then: 'little' }], default: 'much' } }, 'much'],
        [{ $ifNull: ['$missing', '$shop'] }, 'Bonn'],
        [{ $sum: '$lines.qty' }, 3],
        [{ $sum: '$missing.qty' }, 0],
        [{ $max: ['$amount', 150] }, 150],
        [{ $avg: [1, 2, 'x'] }, 1.5],
        [{ $round: [{ $divide: ['$amount', 7] }, 2] }, 14.29],
        [{ $round: [10.51, 0] }, 11],
        [{ $round: [2.5, 0] }, 2],
        [{ $trunc: [1.999, 1] }, 1.9],
        [{ $subtract: ['$amount', 1.5] }, 98.5],
        [{ $mod: ['$amount', 7] }, 2],
        [{ $map: { input: '$lines', as: 'line', in: { $concat: ['$$line.sku', '!'] } } }, ['x!', 'y!']],
        [{ $filter: { input: '$lines', as: 'line', cond: { $gt: ['$$line.qty', 1] } } }, [{ sku: 'x', qty: 2 }]],
        [{ $reduce: { input: '$lines', initialValue: 10, in: { $add: ['$$value', '$$this.qty'] } } }, 13],
        [{ $arrayElemAt: ['$tags', -1] }, 'web'],
        [{ $slice: ['$tags', 1] }, ['new']],
        [{ $concatArrays: ['$tags', ['x']] }, ['new', 'web', 'x']],
        [{ $sortArray: { input: '$lines', sortBy: { qty: 1 } } }, [{ sku: 'y', qty: 1 }, { sku: 'x', qty: 2 }]],
        [{ $setIntersection: ['$tags', ['web', 'app']] }, ['web']],
        [{ $objectToArray: { a: 1 } }, [{ k: 'a', v: 1 }]],
        [{ $arrayToObject: { $map: { input: '$lines', in: { k: '$$this.sku', v: '$$this.qty' } } } }, { x: 2, y: 1 }],
        [{ $mergeObjects: [{ a: 1, b: 1 }, { b: '$amount' }] }, { a: 1, b: 100 }],
        [{ $let: { vars: { half: { $divide: ['$amount', 2] } }, in: { $add: ['$$half', 1] } } }, 51],
        [{ $literal: '$amount' }, '$amount'],
        [{ $toUpper: '$shop' }, 'BONN'],
        [{ $toLower: '$missing' }, ''],
        [{ $concat: ['$shop', '$missing'] }, null],
        [{ $substrCP: ['$at', 0, 7] }, '2026-01'],
        [{ $split: ['$at', 'T'] }, ['2026-01-05', '09:00:00.000Z']],
        [{ $trim: { input: '  x ' } }, 'x'],
        [{ $regexMatch: { input: '$shop', regex: '^b', options: 'i' } }, true],
        [{ $toString: '$amount' }, '100'],
        [{ $toInt: '42' }, 42],
        [{ $type: '$missing' }, 'missing'],
        [{ $type: '$amount' }, 'int'],
        [{ $isArray: '$tags' }, true],
        [{ $dateToString: { date: { $toDate: '$at' }, format: '%Y-%m' } }, '2026-01'],
        [{ $dateDiff: { startDate: { $toDate: '$at' }, endDate: { $toDate: '2026-03-05T09:00:00Z' }, unit: 'month' } }, 2],
        [{ $isoWeek: { $dateFromString: { dateString: '$at' } } }, 2],
        [{ $toDate: '$at' }, new Date(SALES.s1.at)],
      ])('%j of a sale', async (expression, value) => {
        expect(await under.store.aggregate(sales, computed(expression))).toEqual([{ is: value }]);
      });

      it('leave a field out where there is no value', async () => {
        expect(await under.store.aggregate(sales, computed('$missing'))).toEqual([{}]);
        expect(await under.store.aggregate(sales, computed({ $arrayElemAt: ['$tags', 9] }))).toEqual([{}]);
      });
    });

    describe('refuses', () => {
      it.each<[Pipeline, RegExp]>([
        [[{ $unknown: {} }], /\$unknown/],
        [[{ $match: {}, $sort: { a: 1 } }], /stage/],
        [[{ $match: { v: { $unknown: 1 } } }], /\$unknown/],
        [[{ $group: { total: { $sum: 1 } } }], /_id/],
        [[{ $group: { _id: null, total: { $unknown: 1 } } }], /\$unknown/],
        [[{ $project: { v: { $unknown: 1 } } }], /\$unknown/],
        [[{ $sort: {} }], /\$sort/],
        [[{ $sort: { v: 'up' } }], /\$sort/],
        [[{ $limit: 0 }], /limit/],
        [[{ $skip: -1 }], /skip/],
        [[{ $unwind: 'tags' }], /\$unwind|prefix/],
        [[{ $count: '' }], /\$count|count/],
        [[{ $facet: { a: [{ $facet: {} }] } }], /\$facet/],
        [[{ $bucket: { groupBy: '$amount', boundaries: [0] } }], /\$bucket/],
        [[{ $out: 'elsewhere' }], /\$out/],
        [[{ $merge: { into: 'elsewhere' } }], /\$merge/],
        [[{ $lookup: { from: 'elsewhere', localField: 'a', foreignField: 'b', as: 'c' } }], /\$lookup/],
        [[{ $graphLookup: { from: 'elsewhere' } }], /\$graphLookup/],
        [[{ $unionWith: 'elsewhere' }], /\$unionWith/],
        [[{ $facet: { a: [{ $out: 'elsewhere' }] } }], /\$out/],
        [[{ $set: { v: { $function: { body: 'function () {}', args: [], lang: 'js' } } } }], /\$function/],
        [[{ $group: { _id: null, v: { $accumulator: {} } } }], /\$accumulator/],
      ])('%j, naming what is wrong', async (pipeline, message) => {
        const error = await under.store.aggregate(sales, pipeline).then(() => undefined, (reason: unknown) => reason);
        expect(error).toBeInstanceOf(InvalidQuery);
        expect((error as Error).message).toMatch(message);
      });

      it.each<[string, unknown]>([
        ['a division by zero', { $divide: ['$amount', 0] }],
        ['a sum of text', { $add: ['$shop', 1] }],
        ['an unknown variable', '$$unknown'],
      ])('%s', async (_, expression) => {
        await expect(under.store.aggregate(sales, [{ $set: { v: expression } }])).rejects.toBeInstanceOf(InvalidQuery);
      });

      it('$bucket of a value outside its boundaries without a default', async () => {
        await expect(under.store.aggregate(sales, [{ $bucket: { groupBy: '$amount', boundaries: [0, 100] } }])).rejects.toBeInstanceOf(InvalidQuery);
      });

      it('more documents than allowed, and gives as many as allowed', async () => {
        await expect(under.store.aggregate(sales, [], { maxDocuments: 4 })).rejects.toBeInstanceOf(QueryTooExpensive);
        expect(await under.store.aggregate(sales, [], { maxDocuments: 5 })).toHaveLength(5);
        expect(await under.store.aggregate(sales, [{ $count: 'n' }], { maxDocuments: 1 })).toEqual([{ n: 5 }]);
      });

      it('a pipeline that takes longer than allowed, and answers the next', async () => {
        const numbers = { $range: [0, 4000] };
        const millions: Pipeline = [{ $set: { a: numbers } }, { $unwind: '$a' }, { $set: { b: numbers } }, { $unwind: '$b' }, { $match: { b: -1 } }];
        await expect(under.store.aggregate(sales, millions, { timeoutMs: 100 })).rejects.toBeInstanceOf(QueryTooExpensive);
        expect(await under.store.aggregate(sales, [{ $count: 'n' }])).toEqual([{ n: 5 }]);
      }, 60_000);
    });
  });
}
