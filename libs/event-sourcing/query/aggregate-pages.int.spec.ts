import { describe, expect, it } from '@jest/globals';
import { InvalidQuery, QueryTooExpensive, type Pipeline } from '../ports/document-store.js';
import { aggregatePages } from './aggregate-pages.js';

const LIMITS = { timeoutMs: 20_000, maxDocuments: 100 };

async function* pages(count: number): AsyncGenerator<object[]> {
  for (let index = 0; index < count; index++) yield [{ _id: `${index}`, kind: index % 2 === 0 ? 'even' : 'odd' }];
}

const aggregated = (pipeline: Pipeline, limits = {}) => aggregatePages(pages(50), pipeline, { ...LIMITS, ...limits });

/** Doubles an array with each stage. */
const doubling = (times: number): Pipeline => [
  { $set: { all: ['x'] } },
  ...Array.from({ length: times }, () => ({ $set: { all: { $concatArrays: ['$all', '$all'] } } })),
];

describe('an aggregation of pages', () => {
  it('sees the documents of all of them', async () => {
    const result = await aggregated([{ $group: { _id: '$kind', count: { $sum: 1 } } }, { $sort: { _id: 1 } }]);
    expect(result).toEqual([{ _id: 'even', count: 25 }, { _id: 'odd', count: 25 }]);
  });

  it('refuses what the language does not have', async () => {
    await expect(aggregated([{ $nonsense: 1 }])).rejects.toThrow(InvalidQuery);
  });

  it('with too many documents in its answer is refused', async () => {
    await expect(aggregated([{ $match: {} }], { maxDocuments: 49 })).rejects.toThrow(/more than the 49 documents/);
  });

  it('that takes too long is given up, while the process goes on', async () => {
    let beats = 0;
    const heart = setInterval(() => beats++, 10);
    const endless = { $set: { a: { $sum: { $map: { input: '$all', as: 'one', in: { $size: '$all' } } } } } };
    await expect(aggregated([...doubling(14), endless, endless, endless], { timeoutMs: 700 })).rejects.toThrow(QueryTooExpensive);
    clearInterval(heart);
    expect(beats).toBeGreaterThan(10);
  });

  it('that grows without end is given up as well', async () => {
    await expect(aggregated(doubling(24), { timeoutMs: 2_000 })).rejects.toThrow(QueryTooExpensive);
  });

  it('fails with the error of the pages that it reads', async () => {
    async function* broken(): AsyncGenerator<object[]> {
      yield [{ a: 1 }];
      throw new Error('the store is gone');
    }
    await expect(aggregatePages(broken(), [], LIMITS)).rejects.toThrow('the store is gone');
  });
});
