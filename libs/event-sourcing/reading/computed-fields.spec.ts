import { describe, expect, it } from '@jest/globals';
import { InvalidQuery } from '../ports/document-store.js';
import { splitFilter } from './computed-fields.js';

describe('a filter on a view with computed fields', () => {
  it('goes to the store as it is where no computed field is asked', () => {
    const filter = { name: 'Li', $or: [{ a: 1 }, { b: 2 }] };
    expect(splitFilter(filter, ['stage'])).toEqual({ stored: filter });
  });

  it('is divided into what the store answers and what waits', () => {
    expect(splitFilter({ name: 'Li', $and: [{ stage: 'loyal' }, { city: 'Xi' }] }, ['stage'])).toEqual({
      stored: { $and: [{ name: 'Li' }, { city: 'Xi' }] }, computed: { $and: [{ stage: 'loyal' }] },
    });
  });

  it('that asks computed and stored fields in one alternative waits as a whole', () => {
    expect(splitFilter({ $or: [{ stage: 'loyal' }, { city: 'Xi' }] }, ['stage'])).toEqual({ stored: {}, computed: { $and: [{ $or: [{ stage: 'loyal' }, { city: 'Xi' }] }] } });
  });

  it('with a pattern on a computed field is refused', () => {
    expect(() => splitFilter({ stage: { $regex: '^l' } }, ['stage'])).toThrow(InvalidQuery);
  });

  it.each([{ $and: [null] }, { $or: [null, 1] }, { $eq: [null] }, { $nor: 'x' }])('that is malformed (%j) is left to the store to refuse', (filter) => {
    expect(splitFilter(filter, ['stage'])).toEqual({ stored: filter });
  });
});
