import { describe, expect, it } from '@jest/globals';
import { aggregate } from './evaluation.js';
import { checkPipeline } from './language.js';

const document = { _id: 'a', n: 7.5, neg: -3, text: 'Grüße, 😀', list: [3, 1, 2], nested: [[1], [2, 3]], at: '2026-02-28T23:30:15.250Z', o: { a: 1, b: null } };

function valueOf(expression: unknown): unknown {
  const pipeline = [{ $project: { _id: 0, is: expression } }];
  checkPipeline(pipeline);
  return aggregate([document], pipeline)[0]!.is;
}

const at = { $toDate: '$at' };
const day = (text: string) => new Date(text);

// What MongoDB's manual says of each operator.
describe('expressions', () => {
  it.each<[unknown, unknown]>([
    [{ $abs: '$neg' }, 3],
    [{ $ceil: '$n' }, 8],
    [{ $floor: '$neg' }, -3],
    [{ $exp: 0 }, 1],
    [{ $ln: 1 }, 0],
    [{ $log10: 1000 }, 3],
    [{ $log: [8, 2] }, 3],
    [{ $pow: [2, 10] }, 1024], [{ $sqrt: 16 }, 4], [{ $add: ['$n', 1, 2] }, 10.5], [{ $add: ['$missing', 1] }, null], [{ $multiply: ['$n', 2] }, 15],
    [{ $divide: ['$n', 2.5] }, 3],
    [{ $mod: ['$neg', 2] }, -1],
    [{ $subtract: [5, '$n'] }, -2.5],
    [{ $round: ['$n'] }, 8],
    [{ $round: '$n' }, 8],
    [{ $trunc: ['$n'] }, 7],
    [{ $round: ['$missing', 2] }, null],
  ])('compute numbers: %j is %j', (expression, value) => expect(valueOf(expression)).toEqual(value));

  it.each<[unknown, unknown]>([
    [{ $first: '$list' }, 3], [{ $last: '$list' }, 2], [{ $first: '$nested' }, [1]], [{ $last: '$nested' }, [2, 3]], [{ $first: '$missing' }, null],
    [{ $firstN: { n: 2, input: '$list' } }, [3, 1]],
    [{ $lastN: { n: 2, input: '$list' } }, [1, 2]],
    [{ $maxN: { n: 2, input: '$list' } }, [3, 2]],
    [{ $minN: { n: 2, input: '$list' } }, [1, 2]],
    [{ $size: '$list' }, 3],
    [{ $slice: ['$list', -2] }, [1, 2]],
    [{ $slice: ['$list', 1, 1] }, [1]],
    [{ $slice: ['$missing', 1] }, null],
    [{ $reverseArray: '$list' }, [2, 1, 3]],
    [{ $sortArray: { input: '$list', sortBy: 1 } }, [1, 2, 3]],
    [{ $range: [0, 10, 3] }, [0, 3, 6, 9]],
    [{ $zip: { inputs: [[1, 2], ['a', 'b']] } }, [[1, 'a'], [2, 'b']]],
    [{ $indexOfArray: ['$list', 1] }, 1],
    [{ $indexOfArray: ['$list', 9] }, -1],
    [{ $in: [2, '$list'] }, true],
    [{ $in: [[1], '$nested'] }, true],
    [{ $isArray: ['$text'] }, false],
    [{ $sum: '$list' }, 6],
    [{ $sum: ['$n', '$neg', 'x'] }, 4.5],
    [{ $avg: '$list' }, 2],
    [{ $min: '$list' }, 1],
    [{ $max: ['$list', 2] }, [3, 1, 2]],
    [{ $max: '$n' }, 7.5],
    [{ $sum: [0.1, 0.2, 0.3] }, 0.6],
    [{ $stdDevPop: '$list' }, Math.sqrt(2 / 3)],
    [{ $stdDevSamp: [1, 3] }, Math.SQRT2],
    [{ $median: { input: '$list', method: 'approximate' } }, 2],
    [{ $median: { input: [10, 9, 100, 1], method: 'approximate' } }, 9],
    [{ $percentile: { input: '$list', p: [0, 0.5, 0.9], method: 'approximate' } }, [1, 2, 3]],
    [{ $reduce: { input: '$nested', initialValue: [], in: { $concatArrays: ['$$value', '$$this'] } } }, [1, 2, 3]],
    [{ $map: { input: '$nested', in: { $first: '$$this' } } }, [1, 2]],
    [{ $filter: { input: '$list', cond: { $gt: ['$$this', 1] }, limit: 1 } }, [3]], [{ $map: { input: '$missing', in: 1 } }, null],
  ])('compute lists: %j is %j', (expression, value) => expect(valueOf(expression)).toEqual(value));

  it.each<[unknown, unknown]>([
    [{ $setUnion: [[1, 2], [2, 3]] }, [1, 2, 3]],
    [{ $setDifference: [[1, 2], [2]] }, [1]],
    [{ $setEquals: [[1, 2], [2, 1, 1]] }, true],
    [{ $setIsSubset: [[1], [1, 2]] }, true],
    [{ $allElementsTrue: [[true, 1, 'x']] }, true], [{ $anyElementTrue: [[false, 0]] }, false],
    [{ $and: [1, 'x', ''] }, true], [{ $or: [null, 0] }, false], [{ $not: [''] }, false], [{ $not: '$missing' }, true], [{ $not: [0] }, true],
    [{ $eq: ['$list', [3, 1, 2]] }, true],
    [{ $eq: ['$list', 3] }, false],
    [{ $gt: ['$list', '$text'] }, true],
    [{ $gte: ['$missing', null] }, false],
    [{ $cmp: ['b', 'a'] }, 1],
    [{ $ne: ['$o', { b: null, a: 1 }] }, true],
  ])('compute truths and sets: %j is %j', (expression, value) => expect(valueOf(expression)).toEqual(value));

  it.each<[unknown, unknown]>([
    [{ $strLenCP: '$text' }, 8],
    [{ $strLenBytes: '😀' }, 4],
    [{ $substrCP: ['$text', 7, 1] }, '😀'],
    [{ $substrBytes: ['abc', 1, 1] }, 'b'],
    [{ $toUpper: 'grün' }, 'GRÜN'],
    [{ $toLower: null }, ''],
    [{ $indexOfBytes: ['abc', 'c'] }, 2],
    [{ $strcasecmp: ['a', 'B'] }, -1],
    [{ $ltrim: { input: '  a ' } }, 'a '],
    [{ $rtrim: { input: 'a--', chars: '-' } }, 'a'],
    [{ $replaceOne: { input: 'aXbX', find: 'X', replacement: '-' } }, 'a-bX'],
    [{ $replaceAll: { input: 'aXbX', find: 'X', replacement: '-' } }, 'a-b-'],
    [{ $regexFind: { input: 'a12', regex: '(\\d)(\\d)' } }, { match: '12', idx: 1, captures: ['1', '2'] }],
    [{ $regexFind: { input: 'a', regex: '\\d' } }, null],
    [{ $regexFindAll: { input: '😀1 2', regex: '\\d' } }, [{ match: '1', idx: 1, captures: [] }, { match: '2', idx: 3, captures: [] }]],
    [{ $regexFindAll: { input: 'ab', regex: 'x*' } }, [0, 1, 2].map((idx) => ({ match: '', idx, captures: [] }))],
  ])('compute text: %j is %j', (expression, value) => expect(valueOf(expression)).toEqual(value));

  it.each<[unknown, unknown]>([
    [{ $getField: 'text' }, document.text],
    [{ $getField: { field: 'a', input: '$o' } }, 1],
    [{ $getField: 'constructor' }, undefined],
    [{ $setField: { field: 'c', input: '$o', value: 2 } }, { a: 1, b: null, c: 2 }],
    [{ $unsetField: { field: 'a', input: '$o' } }, { b: null }],
    [{ $objectToArray: '$o' }, [{ k: 'a', v: 1 }, { k: 'b', v: null }]],
    [{ $mergeObjects: ['$o', null, { a: 2 }] }, { a: 2, b: null }],
    [{ a: '$n', b: '$missing' }, { a: 7.5 }], [['$n', '$missing'], [7.5, null]],
    [{ $type: '$o.b' }, 'null'],
    [{ $type: '$n' }, 'double'],
    [{ $type: at }, 'date'],
    [{ $isNumber: '$n' }, true],
    [{ $toInt: '7' }, 7],
    [{ $toDouble: '1.5' }, 1.5],
    [{ $toString: '$n' }, '7.5'],
    [{ $toBool: 0 }, false],
    [{ $convert: { input: 'x', to: 'int', onError: 'none' } }, 'none'],
    [{ $switch: { branches: [{ case: false, then: 1 }, { case: true, then: 2 }] } }, 2],
  ])('compute objects and types: %j is %j', (expression, value) => expect(valueOf(expression)).toEqual(value));

  it.each<[unknown, unknown]>([
    [{ $year: at }, 2026],
    [{ $month: at }, 2],
    [{ $dayOfMonth: at }, 28],
    [{ $hour: at }, 23],
    [{ $minute: at }, 30],
    [{ $second: at }, 15],
    [{ $millisecond: at }, 250],
    [{ $dayOfWeek: at }, 7],
    [{ $dayOfYear: at }, 59],
    [{ $isoWeek: at }, 9],
    [{ $isoDayOfWeek: at }, 6],
    [{ $isoWeek: { $toDate: '2027-01-01' } }, 53],
    [{ $dateToString: { date: at, format: '%j %u %V' } }, '059 6 09'],
    [{ $dateAdd: { startDate: at, unit: 'month', amount: 1 } }, day('2026-03-28T23:30:15.250Z')],
    [{ $dateSubtract: { startDate: at, unit: 'day', amount: 1 } }, day('2026-02-27T23:30:15.250Z')],
    [{ $dateDiff: { startDate: at, endDate: { $toDate: '2026-03-01T00:00:00Z' }, unit: 'day' } }, 1],
    [{ $dateDiff: { startDate: at, endDate: { $toDate: '2026-03-01T00:00:00Z' }, unit: 'hour' } }, 1],
    [{ $dateTrunc: { date: at, unit: 'month' } }, day('2026-02-01T00:00:00.000Z')],
    [{ $dateTrunc: { date: at, unit: 'day' } }, day('2026-02-28T00:00:00.000Z')],
    [{ $dateFromParts: { year: 2026, month: 2, day: 3 } }, day('2026-02-03T00:00:00.000Z')],
    [{ $dateToString: { date: at, format: '%Y-%m-%dT%H:%M:%S.%LZ' } }, document.at],
    [{ $dateFromString: { dateString: '2026-02-03' } }, day('2026-02-03T00:00:00.000Z')],
    [{ $subtract: [{ $toDate: '2026-03-01' }, { $toDate: '2026-02-28' }] }, 86_400_000],
    [{ $dateToParts: { date: at } }, { year: 2026, month: 2, day: 28, hour: 23, minute: 30, second: 15, millisecond: 250 }],
  ])('compute times: %j is %j', (expression, value) => expect(valueOf(expression)).toEqual(value));
});
