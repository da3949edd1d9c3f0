import { beforeAll, describe, expect } from '@jest/globals';
import { InvalidQuery, type Filter } from '../ports/document-store.js';
import type { DocumentStoreFixture } from './document-store.fixture.js';

type Row = [sentence: string, filter: Filter, keys: string[]];

/** Part of the contract: the filter language, which is MongoDB's. */
export function filtersDocuments(under: DocumentStoreFixture): void {
  const { it } = under;
  const answers = (documents: Record<string, object>, rows: Row[]) => {
    let collection: string;
    beforeAll(async () => {
      collection = await under.filledWith(documents);
    });
    it.each(rows)('%s: %j', async (_, filter, keys) => {
      expect((await under.store.find(collection, { filter })).map(({ _id }) => _id)).toEqual(keys.sort());
      expect(await under.store.count(collection, filter)).toBe(keys.length);
      const counted = await under.store.aggregate(collection, [{ $match: filter }, { $count: 'n' }]);
      expect(counted).toEqual(keys.length === 0 ? [] : [{ n: keys.length }]);
    });
  };

  describe('filters of values', () => {
    const values = {
      missing: {}, null: { v: null }, zero: { v: 0 }, five: { v: 5 }, half: { v: 5.5 }, text: { v: 'five' }, empty: { v: '' },
      yes: { v: true }, no: { v: false }, list: { v: [1, 5, 'five'] }, nested: { v: [[1, 5]] }, none: { v: [] }, object: { v: { a: 1, b: 2 } }, nulls: { v: [null, 7] },
    };
    const without = (...keys: string[]) => Object.keys(values).filter((key) => !keys.includes(key));
    answers(values, [
      ['everything matches the empty filter', {}, without()],
      ['a value equals itself and is found in arrays', { v: 5 }, ['five', 'list']],
      ['text equals text', { v: { $eq: 'five' } }, ['text', 'list']],
      ['the empty text equals itself', { v: '' }, ['empty']],
      ['true does not equal 1', { v: 1 }, ['list']],
      ['true equals true', { v: true }, ['yes']],
      ['null equals null, what is missing, and null in an array', { v: null }, ['missing', 'null', 'nulls']],
      ['not null', { v: { $ne: null } }, without('missing', 'null', 'nulls')],
      ['not equal, in no element', { v: { $ne: 5 } }, without('five', 'list')],
      ['an array equals the same array, also as an element', { v: [1, 5] }, ['nested']],
      ['an array equals a whole array', { v: [1, 5, 'five'] }, ['list']],
      ['an empty array equals an empty one', { v: [] }, ['none']],
      ['an object equals one with the same fields', { v: { a: 1, b: 2 } }, ['object']],
      ['an object does not equal one with other fields', { v: { a: 1 } }, []],
      ['an object does not equal one with another order of fields', { v: { b: 2, a: 1 } }, []],
      ['greater is asked of numbers alone', { v: { $gt: 0 } }, ['five', 'half', 'list', 'nulls']],
      ['greater or equal', { v: { $gte: 5 } }, ['five', 'half', 'list', 'nulls']],
      ['less', { v: { $lt: 5 } }, ['zero', 'list']],
      ['less or equal', { v: { $lte: 5 } }, ['zero', 'five', 'list']],
      ['a range, of which elements of an array may meet one end each', { v: { $gt: 1, $lt: 5 } }, ['list']],
      ['greater is asked of text alone', { v: { $gte: 'a' } }, ['text', 'list']],
      ['nothing is less than the empty text', { v: { $lt: '' } }, []],
      ['every text is at least the empty one', { v: { $gte: '' } }, ['text', 'empty', 'list']],
      ['true is greater than false', { v: { $gt: false } }, ['yes']],
      ['nothing is greater than null', { v: { $gt: null } }, []],
      ['null is at least null', { v: { $gte: null } }, ['missing', 'null', 'nulls']],
      ['one of several', { v: { $in: [5, '', true] } }, ['five', 'list', 'empty', 'yes']],
      ['one of several with null', { v: { $in: [null, 0] } }, ['missing', 'null', 'nulls', 'zero']],
      ['one of several arrays', { v: { $in: [[1, 5, 'five'], []] } }, ['list', 'none']],
      ['one of none', { v: { $in: [] } }, []],
      ['none of several', { v: { $nin: [5, null] } }, without('five', 'list', 'missing', 'null', 'nulls')],
      ['none of none', { v: { $nin: [] } }, without()],
      ['the field is there, be it null', { v: { $exists: true } }, without('missing')],
      ['the field is not there', { v: { $exists: false } }, ['missing']],
      ['numbers, also in arrays', { v: { $type: 'number' } }, ['zero', 'five', 'half', 'list', 'nulls']],
      ['text by type', { v: { $type: 'string' } }, ['text', 'empty', 'list']],
      ['arrays by type', { v: { $type: 'array' } }, ['list', 'nested', 'none', 'nulls']],
      ['null by type is not what is missing', { v: { $type: 'null' } }, ['null', 'nulls']],
      ['several types', { v: { $type: ['bool', 'object'] } }, ['yes', 'no', 'object']],
      ['types by number', { v: { $type: 8 } }, ['yes', 'no']],
      ['size of an array', { v: { $size: 3 } }, ['list']],
      ['size 0', { v: { $size: 0 } }, ['none']],
      ['all of several elements', { v: { $all: [5, 1] } }, ['list']],
      ['all of one, which a single value is too', { v: { $all: ['five'] } }, ['text', 'list']],
      ['all of none is none', { v: { $all: [] } }, []],
      ['one element between two values', { v: { $elemMatch: { $gte: 1, $lt: 5 } } }, ['list']],
      ['one element that is not a number', { v: { $elemMatch: { $not: { $type: 'number' } } } }, ['list', 'nested', 'nulls']],
      ['not an operator', { v: { $not: { $gt: 0 } } }, without('five', 'half', 'list', 'nulls')],
      ['the remainder of a division', { v: { $mod: [7, 0] } }, ['zero', 'nulls']],
      ['several operators at once', { v: { $gt: 0, $lt: 6, $ne: 5 } }, ['half']],
    ]);
  });

  describe('filters of paths', () => {
    const orders = {
      a: { customer: { name: 'Ada', address: { country: 'DE' } }, lines: [{ sku: 'x', qty: 1 }, { sku: 'y', qty: 5 }] },
      b: { customer: { name: 'Bob' }, lines: [{ sku: 'x', qty: 5 }] },
      c: { lines: [] },
      d: { customer: null, lines: [{ sku: 'z' }, { qty: 2 }] },
    };
    answers(orders, [
      ['a path leads through objects', { 'customer.address.country': 'DE' }, ['a']],
      ['a path that leads nowhere equals null', { 'customer.address.country': null }, ['b', 'c', 'd']],
      ['a path that leads nowhere is not there', { 'customer.name': { $exists: false } }, ['c', 'd']],
      ['a path enters each object of an array', { 'lines.qty': 5 }, ['a', 'b']],
      ['a range over an array may be met by two of its objects', { 'lines.qty': { $gt: 1, $lt: 5 } }, ['a', 'd']],
      ['$elemMatch wants one object to meet everything', { lines: { $elemMatch: { sku: 'x', qty: { $gte: 5 } } } }, ['b']],
      ['$elemMatch may hold $or', { lines: { $elemMatch: { $or: [{ sku: 'y' }, { qty: 2 }] } } }, ['a', 'd']],
      ['a number names a place in an array', { 'lines.0.sku': 'x' }, ['a', 'b']],
      ['a place behind the end is not there', { 'lines.1': { $exists: true } }, ['a', 'd']],
      ['null under an array is met by an object without the field', { 'lines.sku': null }, ['d']],
      ['a field under an array is there if one object has it', { 'lines.qty': { $exists: false } }, ['c']],
      ['not equal under an array is asked of all', { 'lines.sku': { $ne: 'x' } }, ['c', 'd']],
      ['all under an array', { 'lines.qty': { $all: [1, 5] } }, ['a']],
      ['all by $elemMatch', { lines: { $all: [{ $elemMatch: { sku: 'x' } }, { $elemMatch: { qty: 5 } }] } }, ['a', 'b']],
      ['size', { lines: { $size: 2 } }, ['a', 'd']],
      ['$and', { $and: [{ 'lines.sku': 'x' }, { 'customer.name': { $ne: 'Bob' } }] }, ['a']],
      ['$or', { $or: [{ 'customer.name': 'Bob' }, { lines: { $size: 0 } }] }, ['b', 'c']],
      ['$nor', { $nor: [{ 'customer.name': 'Bob' }, { 'lines.sku': 'z' }] }, ['a', 'c']],
      ['$or beside other fields', { lines: { $ne: [] }, $or: [{ customer: null }, { 'customer.address': { $exists: true } }] }, ['a', 'd']],
      ['nested alternatives', { $and: [{ $or: [{ _id: 'a' }, { _id: 'b' }] }, { $nor: [{ $and: [{ _id: 'b' }] }] }] }, ['a']],
      ['$expr compares fields', { $expr: { $gt: [{ $size: '$lines' }, 1] } }, ['a', 'd']],
      ['keys by equality', { _id: 'b' }, ['b']],
      ['keys by range', { _id: { $gt: 'a', $lte: 'c' } }, ['b', 'c']],
      ['keys by list', { _id: { $in: ['d', 'a', 'x'] } }, ['a', 'd']],
      ['keys that are not', { _id: { $ne: 'a' } }, ['b', 'c', 'd']],
      ['keys are text', { _id: 1 }, []],
    ]);
  });

  describe('filters of text', () => {
    const texts = { a: { t: 'Müller GmbH' }, b: { t: 'müller' }, c: { t: 'Meyer\nMüller' }, d: { t: ['x', 'Miller'] }, e: { t: 7 }, f: { t: '😀 M' }, g: {} };
    answers(texts, [
      ['a pattern matches anywhere', { t: { $regex: 'ller' } }, ['a', 'b', 'c', 'd']],
      ['a pattern at the start', { t: { $regex: '^M' } }, ['a', 'c', 'd']],
      ['a pattern without case', { t: { $regex: '^mü', $options: 'i' } }, ['a', 'b']],
      ['a pattern in several lines', { t: { $regex: '^Müller', $options: 'm' } }, ['a', 'c']],
      ['a pattern whose dot matches line ends', { t: { $regex: 'r.M', $options: 's' } }, ['c']],
      ['not a pattern', { t: { $not: { $regex: '^M' } } }, ['b', 'e', 'f', 'g']],
      ['text beyond the basic plane', { t: '😀 M' }, ['f']],
      ['a range of text', { t: { $gte: 'M', $lt: 'Mü' } }, ['c', 'd']],
    ]);
  });

  describe('filters that are not in the language', () => {
    it.each<[Filter, RegExp]>([
      [{ v: { $unknown: 1 } }, /\$unknown/],
      [{ $unknown: [] }, /\$unknown/],
      [{ v: { $in: 5 } }, /\$in/],
      [{ v: { $nin: 'x' } }, /\$nin/],
      [{ v: { $all: 5 } }, /\$all/],
      [{ v: { $size: -1 } }, /\$size/],
      [{ v: { $type: 'unknown' } }, /\$type|unknown/],
      [{ v: { $mod: [0, 1] } }, /\$mod|divisor/],
      [{ v: { $elemMatch: 5 } }, /\$elemMatch/],
      [{ v: { $not: 5 } }, /\$not/],
      [{ v: { $regex: '(' } }, /regex/i],
      [{ v: { $options: 'i' } }, /\$options/],
      [{ $and: {} }, /\$and/],
      [{ $or: [] }, /\$or/],
      [{ $nor: [5] }, /\$nor|object/],
      [{ $expr: { $unknown: 1 } }, /\$unknown/],
      [{ $where: 'true' }, /\$where/],
      [{ $expr: { $function: { body: 'function () { return true }', args: [], lang: 'js' } } }, /\$function/],
    ])('%j is refused with a message that names what is wrong', async (filter, message) => {
      const collection = await under.filledWith({ a: { v: 1 } });
      for (const query of [under.store.find(collection, { filter }), under.store.count(collection, filter), under.store.aggregate(collection, [{ $match: filter }])]) {
        const error = await query.then(() => undefined, (reason: unknown) => reason);
        expect(error).toBeInstanceOf(InvalidQuery);
        expect((error as Error).message).toMatch(message);
      }
    });

    it('sorts, pages and projections outside the language are refused too', async () => {
      const collection = await under.filledWith({ a: { v: 1 } });
      await expect(under.store.find(collection, { sort: { v: 2 as 1 } })).rejects.toBeInstanceOf(InvalidQuery);
      await expect(under.store.find(collection, { skip: -1 })).rejects.toBeInstanceOf(InvalidQuery);
      await expect(under.store.find(collection, { projection: { v: { $unknown: 1 } } })).rejects.toBeInstanceOf(InvalidQuery);
      await expect(under.store.find(collection, { projection: { v: 1, w: 0 } })).rejects.toBeInstanceOf(InvalidQuery);
    });
  });
}
