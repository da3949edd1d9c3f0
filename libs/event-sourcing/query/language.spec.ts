import { describe, expect, it } from '@jest/globals';
import { InvalidQuery, type Filter, type FindOptions, type Pipeline } from '#event-sourcing';
import { checkFilter, checkFindOptions, checkPipeline, isUnbounded } from './language.js';

const nested = (levels: number): Filter => (levels === 1 ? { v: 1 } : { v: nested(levels - 1) });

describe('the query language', () => {
  it('goes 32 levels deep', () => {
    expect(() => checkFilter(nested(32))).not.toThrow();
    expect(() => checkFilter(nested(33))).toThrow(new InvalidQuery('A query may be nested 32 levels deep at the most.'));
    expect(() => checkPipeline([{ $match: nested(40) }])).toThrow(InvalidQuery);
    expect(() => checkFindOptions({ projection: nested(40) })).toThrow(InvalidQuery);
  });

  it.each<[Filter, string]>([
    [{ v: { $near: 1 } }, '$near is not an operator of filters.'],
    [{ v: { $gt: 1, other: 2 } }, 'other is not an operator of filters.'],
    [{ $where: 'x' }, '$where is not an operator that a filter may start with.'],
    [{ $and: [] }, '$and needs an array of at least one filter.'],
    [{ v: { $in: [{ $gt: 1 }] } }, '$in takes values, not operators.'],
    [{ v: { $all: [1, { $elemMatch: { a: 1 } }] } }, '$all takes values or $elemMatch, not both.'],
    [{ v: { $elemMatch: { a: { $near: 1 } } } }, '$near is not an operator of filters.'],
    [{ v: { $regex: 'a', $options: 'g' } }, '$options may hold i, m and s.'],
    [{ $expr: { $where: 1 } }, '$where is not an operator of expressions.'],
    [{ $expr: { $gt: [1, 2], $lt: [1, 2] } }, '$gt must stand alone in its object.'],
    [{ 'a..b': 1 }, '"a..b" is not a path of fields.'],
    [[] as unknown as Filter, 'A filter must be an object, not [].'],
  ])('has no filter %j: %s', (filter, message) => {
    expect(() => checkFilter(filter)).toThrow(new InvalidQuery(message));
  });

  it.each<[FindOptions, string]>([
    [{ sort: { v: 2 as 1 } }, 'sort by v must be 1 or -1, not 2.'],
    [{ sort: { $v: 1 } }, '$v is not a field that sort can name.'],
    [{ limit: 0 }, 'limit must be a whole number of at least 1, not 0.'],
    [{ skip: 1.5 }, 'skip must be a whole number of at least 0, not 1.5.'],
    [{ projection: { v: { $elemMatch: {} } } }, '$elemMatch is not an operator of expressions.'],
  ])('has no find with %j: %s', (options, message) => {
    expect(() => checkFindOptions(options)).toThrow(new InvalidQuery(message));
  });

  it.each<[unknown, string]>([
    [{ $match: {} }, 'A pipeline must be an array of stages.'],
    [[{}], 'Each stage of a pipeline must be an object with one operator.'],
    [[{ $lookup: {} }], '$lookup is not a stage of pipelines.'],
    [[{ $facet: { a: [{ $merge: 'x' }] } }], '$merge is not a stage of pipelines.'],
    [[{ $group: { _id: 1, n: { $first: '$a', $last: '$a' } } }], '$group needs one accumulator for n.'],
    [[{ $group: { _id: 1, n: { $add: [1, 2] } } }], '$add is not an accumulator.'],
    [[{ $group: { _id: 1, 'a.b': { $sum: 1 } } }], 'The field a.b of $group may hold no dot.'],
    [[{ $set: {} }], '$set needs at least one field.'],
    [[{ $unset: 5 }], '$unset needs names of fields.'],
    [[{ $setWindowFields: { output: { n: { $function: {} } } } }], '$function is not an operator of expressions.'],
    [[{ $bucket: { groupBy: '$a', boundaries: [2, 1] } }], '$bucket needs its boundaries in ascending order.'],
  ])('has no pipeline %j: %s', (pipeline, message) => {
    expect(() => checkPipeline(pipeline as Pipeline)).toThrow(new InvalidQuery(message));
  });

  it('does not look into literals', () => {
    expect(() => checkPipeline([{ $set: { v: { $literal: { $where: 1 } } } }])).not.toThrow();
  });

  it.each<[unknown, boolean]>([
    [{ a: 1, $or: [{ b: { $in: [1, 'x', null] } }] }, false],
    [{ a: { $regex: '^a' } }, true],
    [{ $or: [{ a: { $not: /x/ } }] }, true],
    [{ a: { $in: [/x/] } }, true],
    [{ $expr: { $gt: ['$a', 1] } }, true],
  ])('cannot foresee the time of %j: %s', (filter, unbounded) => {
    expect(isUnbounded(filter)).toBe(unbounded);
  });
});
