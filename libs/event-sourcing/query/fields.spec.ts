import { describe, expect, it } from '@jest/globals';
import type { Pipeline } from '#event-sourcing';
import { fieldsRead } from './fields.js';

describe('the fields that a pipeline reads', () => {
  it.each<[Pipeline, string[]]>([
    [[{ $group: { _id: '$stage', n: { $sum: 1 } } }], ['stage']],
    [[{ $group: { _id: { a: '$a.b', c: '$c' }, n: { $max: { $add: ['$d', 1] } } } }, { $match: { other: 1 } }], ['a', 'c', 'd']],
    [[{ $match: { a: 1, $or: [{ 'b.c': 2 }, { $and: [{ d: 3 }] }], $expr: { $gt: ['$e', '$f'] } } }, { $count: 'n' }], ['a', 'b', 'd', 'e', 'f']],
    [[{ $sort: { a: 1, 'b.c': -1 } }, { $limit: 3 }, { $skip: 1 }, { $project: { c: 1, d: '$e' } }], ['a', 'b', 'c', 'd', 'e']],
    [[{ $unwind: '$lines' }, { $sortByCount: '$lines.sku' }], ['lines']],
    [[{ $unwind: { path: '$lines', includeArrayIndex: 'i' } }, { $group: { _id: '$i' } }], ['lines', 'i']],
    [[{ $set: { 'a.b': '$c' } }, { $unset: 'x' }, { $group: { _id: '$a' } }], ['a', 'c']],
    [[{ $bucket: { groupBy: '$age', boundaries: [0, 1], output: { s: { $sum: '$sum' } } } }], ['age', 'sum']],
    [[{ $replaceRoot: { newRoot: '$note' } }, { $match: { text: 'x' } }], ['note']],
    [[{ $facet: { one: [{ $group: { _id: '$a' } }], two: [{ $match: { b: 1 } }, { $count: 'n' }] } }], ['a', 'b']],
    [[{ $setWindowFields: { partitionBy: '$p', sortBy: { s: 1 }, output: { t: { $sum: '$v' } } } }, { $group: { _id: '$t' } }], ['p', 's', 'v', 't']],
    [[{ $group: { _id: null, best: { $top: { sortBy: { score: -1 }, output: '$name' } } } }], ['score', 'name']],
    [[{ $group: { _id: { $literal: '$not' }, l: { $sum: { $let: { vars: { x: '$v' }, in: '$$x' } } } } }], ['v']],
    [[{ $project: { _id: 0, a: 1 } }], ['_id', 'a']],
    [[{ $count: 'n' }], []],
  ])('%j are %j', (pipeline, fields) => {
    expect([...fieldsRead(pipeline)!].sort()).toEqual(fields.sort());
  });

  it.each<[Pipeline]>([
    [[]],
    [[{ $match: { a: 1 } }]],
    [[{ $project: { a: 0 } }]],
    [[{ $project: { _id: 0 } }]],
    [[{ $set: { a: 1 } }]],
    [[{ $group: { _id: '$a', all: { $push: '$$ROOT' } } }]],
    [[{ $project: { copy: '$$CURRENT.a' } }]],
    [[{ $group: { _id: { $getField: 'a' } } }]],
    [[{ $facet: { some: [{ $limit: 1 }] } }]],
    [[{ $match: { $expr: { $eq: ['$$ROOT', 1] } } }, { $count: 'n' }]],
  ])('may be all: %j', (pipeline) => {
    expect(fieldsRead(pipeline)).toBeUndefined();
  });
});
