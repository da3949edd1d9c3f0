import { describe, expect, it } from '@jest/globals';
import { changesBetween } from './differences.js';

describe('What changed between two states', () => {
  it('is told by paths, with what was there before and after', () => {
    const before = { name: 'Li Wei', address: { city: 'Xi\'an', street: 'One' }, tags: ['a'] };
    expect(changesBetween(before, { name: 'Li Wei', address: { city: 'Chengdu' }, tags: ['a', 'b'] })).toEqual([
      { path: 'address.city', before: 'Xi\'an', after: 'Chengdu' }, { path: 'address.street', before: 'One' }, { path: 'tags.1', after: 'b' },
    ]);
  });

  it('counts neither what is the same nor a zero that was a minus zero', () => {
    expect(changesBetween({ profit: -0, name: 'a' }, { profit: 0, name: 'a' })).toEqual([]);
    expect(changesBetween({ profit: 1 }, { profit: 0 })).toEqual([{ path: 'profit', before: 1, after: 0 }]);
    expect(changesBetween(undefined, undefined)).toEqual([]);
  });
});
