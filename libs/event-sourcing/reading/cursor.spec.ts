import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidQuery, type Document, type Sort } from '../ports/document-store.js';
import { evaluateFind } from '../query/index.js';
import { splitFilter } from './computed-fields.js';
import { afterCursor, cursorAfter } from './cursor.js';

const rows = fc
  .array(fc.record({ name: fc.option(fc.constantFrom('a', 'b', 'c')), size: fc.option(fc.integer({ min: 0, max: 3 })) }), { maxLength: 30 })
  .map((list) => list.map((row, index): Document => ({ _id: `k${String(index).padStart(2, '0')}`, ...row })));
const sorts = fc.constantFrom<Sort>({}, { name: 1 }, { name: -1 }, { name: 1, size: -1 }, { size: -1, name: -1 });

describe('paging by cursor', () => {
  it('gives every row once and in order, whatever the sort, ties and missing values', () => {
    fc.assert(
      fc.property(rows, sorts, fc.integer({ min: 1, max: 7 }), (all, sort, limit) => {
        const order = { ...sort, _id: 1 } as Sort;
        const seen: Document[] = [];
        for (let cursor: string | undefined; ; ) {
          const filter = cursor === undefined ? {} : afterCursor(cursor, sort);
          const page = evaluateFind(all, { filter, sort: order, limit });
          seen.push(...page);
          if (page.length < limit) break;
          cursor = cursorAfter(page[page.length - 1]!, sort);
        }
        expect(seen).toEqual(evaluateFind(all, { sort: order }));
      }),
    );
  });

  it('says in the filter itself where an index can begin', () => {
    const row = { _id: 'k', name: 'a', since: 3 };
    expect(afterCursor(cursorAfter(row, {}), {})).toEqual({ _id: { $gt: 'k' } });
    const sort: Sort = { name: 1, since: -1 };
    expect(afterCursor(cursorAfter(row, sort), sort)).toMatchObject({ name: { $gte: 'a' }, $or: expect.any(Array) });
  });

  it('refuses a cursor of another list or of nowhere', () => {
    const cursor = cursorAfter({ _id: 'k', name: 'a' }, { name: 1 });
    expect(() => afterCursor(cursor, { name: -1 })).toThrow('another sort');
    for (const bad of ['', 'x', '%%%', Buffer.from('{}').toString('base64url'), Buffer.from('null').toString('base64url')]) {
      expect(() => afterCursor(bad, {})).toThrow(InvalidQuery);
    }
  });
});

describe('a filter on computed fields', () => {
  it('leaves to the store what is stored', () => {
    expect(splitFilter({ region: 'north', stage: 'loyal' }, ['stage'])).toEqual({
      stored: { $and: [{ region: 'north' }] },
      computed: { $and: [{ stage: 'loyal' }] },
    });
    expect(splitFilter({ region: 'north' }, ['stage'])).toEqual({ stored: { region: 'north' } });
  });

  it('looks into conjunctions and does not tear alternatives apart', () => {
    const either = { $or: [{ stage: 'loyal' }, { region: 'north' }] };
    expect(splitFilter({ $and: [{ region: 'north' }, either] }, ['stage'])).toEqual({ stored: { $and: [{ region: 'north' }] }, computed: { $and: [either] } });
    expect(splitFilter({ 'stage.name': 'x' }, ['stage']).computed).toBeDefined();
    expect(splitFilter({ $expr: { $gt: ['$a', 1] } }, ['stage']).computed).toBeDefined();
  });

  it('takes no pattern on them', () => {
    expect(() => splitFilter({ stage: { $regex: '(a+)+$' } }, ['stage'])).toThrow(InvalidQuery);
  });
});
