import { describe, expect, it } from '@jest/globals';
import { leadingFilter, liveFilter, livePipeline, liveProjection, pipelineOf } from './queries.js';

const hidden = { $unset: ['_position', '_removed'] };
const live = { _removed: null };

describe('a query as MongoDB gets it', () => {
  it('filters and sorts first, where indexes serve it, and then hides what is the store’s', () => {
    const pipeline = [{ $match: { name: 'Ada' } }, { $sort: { since: 1 as const } }, { $count: 'n' }];
    expect(livePipeline(pipeline)).toEqual([{ $match: { name: 'Ada', ...live } }, { $sort: { since: 1 } }, hidden, { $count: 'n' }]);
    expect(livePipeline([])).toEqual([{ $match: live }, hidden]);
  });

  it('keeps filters apart that name the same field', () => {
    expect(livePipeline([{ $match: { a: 1 } }, { $match: { a: 2 } }])).toEqual([{ $match: { $and: [{ a: 1 }, { a: 2 }, live] } }, hidden]);
    expect(leadingFilter([{ $match: { a: 1 } }, { $match: { b: 2 } }, { $limit: 1 }, { $match: { c: 3 } }])).toEqual({ a: 1, b: 2 });
  });

  it('hides what is the store’s before anything that names it', () => {
    expect(livePipeline([{ $match: { _position: 5 } }])).toEqual([{ $match: live }, hidden, { $match: { _position: 5 } }]);
    expect(livePipeline([{ $sort: { _removed: 1 } }])).toEqual([{ $match: live }, hidden, { $sort: { _removed: 1 } }]);
    expect(liveFilter({ $or: [{ _removed: true }] })).toBeUndefined();
    expect(liveProjection({ _position: 1 })).toBeUndefined();
  });

  it('is a plain find where it computes nothing', () => {
    expect(liveProjection({})).toEqual({ _position: 0, _removed: 0 });
    expect(liveProjection({ a: 0 })).toEqual({ a: 0, _position: 0, _removed: 0 });
    expect(liveProjection({ _id: 0 })).toEqual({ _id: 0, _position: 0, _removed: 0 });
    expect(liveProjection({ _id: 1 })).toEqual({ _id: 1 });
    expect(liveProjection({ a: 1, _id: 0 })).toEqual({ a: 1, _id: 0 });
    expect(liveProjection({ a: '$b' })).toBeUndefined();
  });

  it('sorts by the key where nothing else decides', () => {
    expect(pipelineOf({ filter: { a: 1 }, sort: { b: -1 }, skip: 2, limit: 3, projection: { c: 1 } })).toEqual([
      { $match: { a: 1 } }, { $sort: { b: -1, _id: -1 } }, { $skip: 2 }, { $limit: 3 }, { $project: { c: 1 } },
    ]);
    expect(pipelineOf({})).toEqual([{ $match: {} }, { $sort: { _id: 1 } }]);
  });
});
