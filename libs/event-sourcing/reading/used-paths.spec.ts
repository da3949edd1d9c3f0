import { describe, expect, it } from '@jest/globals';
import { pathsInFilter, pathsInPipeline, refuseOutwardStages } from './used-paths.js';

describe('the paths that a filter looks at', () => {
  it.each<[Record<string, unknown>, string[]]>([
    [{ name: 'x', 'a.b': { $gt: 1 } }, ['name', 'a.b']], [{ $and: [{ $or: [{ name: 1 }] }, { kind: 1 }] }, ['name', 'kind']], [{ $nor: [{ name: { $regex: 'x' } }] }, ['name']],
    [{ 'lines.0.text': 1 }, ['lines.text']], [{ $expr: { $eq: ['$name', { $concat: ['$a.b', 'x'] }] } }, ['name', 'a.b']], [{ lines: { $elemMatch: { text: 1 } } }, ['lines']], [{}, []],
  ])('%j are %j', (filter, paths) => expect(pathsInFilter(filter)).toEqual(paths));
});

describe('the paths that a pipeline takes from rows', () => {
  it.each<[Record<string, unknown>[], string[]]>([
    [[{ $match: { name: 1 } }, { $sort: { since: 1 } }], ['name', 'since']], [[{ $group: { _id: '$kind', n: { $sum: '$$ROOT.amount' } } }, { $sort: { name: 1 } }], ['kind', 'amount']],
    [[{ $project: { name: 1, kind: 0, x: '$y' } }], ['y', 'name']], [[{ $facet: { a: [{ $match: { name: 1 } }], b: [{ $group: { _id: '$$CURRENT.kind' } }] } }], ['name', 'kind']],
    [[{ $set: { a: { $literal: '$name' } } }], []], [[{ $unwind: '$lines' }], ['lines']], [[{ $sortByCount: '$name' }], ['name']],
  ])('%j are %j', (pipeline, paths) => expect(pathsInPipeline(pipeline)).toEqual(paths));
});

it.each(['$lookup', '$unionWith', '$graphLookup', '$out', '$merge'])('%s is refused wherever it stands', (stage) => {
  expect(() => refuseOutwardStages([{ [stage]: 'x' }])).toThrow(stage);
  expect(() => refuseOutwardStages([{ $facet: { a: [{ [stage]: {} }] } }])).toThrow('reads the view that is asked');
  expect(() => refuseOutwardStages([{ $match: { a: 1 } }])).not.toThrow();
});
