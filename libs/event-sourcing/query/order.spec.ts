import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareStrings, compareValues } from './order.js';
import { sorted, type SortSpec } from './sorting.js';

const json = fc.jsonValue({ maxDepth: 3 });

describe('the order of values', () => {
  it('of text is that of its UTF-8 bytes', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'), maxLength: 4 });
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(Math.sign(compareStrings(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
      }),
    );
  });

  it('is total: it turns round with its sides and goes on from one to the next', () => {
    fc.assert(
      fc.property(json, json, json, (a, b, c) => {
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0);
        const [least, middle, greatest] = [a, b, c].sort(compareValues);
        expect(compareValues(least, greatest)).toBeLessThanOrEqual(0);
        expect(compareValues(least, middle)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('makes values equal that are written the same', () => {
    fc.assert(fc.property(json, (value) => expect(compareValues(value, JSON.parse(JSON.stringify(value)))).toBe(0)));
  });

  it('puts types one after the other', () => {
    const ascending = [undefined, null, -1, 0.5, '', 'a', {}, { a: 1 }, [], [1], false, true, new Date(0), new Date(1), /a/];
    expect(ascending.slice().reverse().sort(compareValues)).toEqual(ascending.slice(1).concat(undefined));
    for (const value of ascending.slice(1)) expect(compareValues(undefined, value)).toBeLessThan(0);
  });
});

describe('sorting', () => {
  it('with a limit gives the start of what it gives without', () => {
    const documents = fc.array(fc.record({ a: fc.integer({ min: 0, max: 9 }), b: json }), { maxLength: 60 });
    const sort = fc.constantFrom<SortSpec>({ a: 1 }, { a: -1, b: 1 }, { b: -1 });
    fc.assert(
      fc.property(documents, sort, fc.nat({ max: 5 }), (some, by, limit) => {
        const many = Array.from({ length: 40 }, () => some).flat();
        expect(sorted(many, by, limit)).toEqual(sorted(many, by).slice(0, limit));
      }),
      { numRuns: 30 },
    );
  });

  it('leaves equals in their order', () => {
    const documents = [{ a: 1, n: 1 }, { a: 0, n: 2 }, { a: 1, n: 3 }, { a: 0, n: 4 }];
    expect(sorted(documents, { a: -1 }).map(({ n }) => n)).toEqual([1, 3, 2, 4]);
  });
});
