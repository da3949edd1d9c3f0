import { describe, expect, it } from '@jest/globals';
import { ShortList } from './short-list.js';

const list = new ShortList<{ id: string; rank: number }>(3, ({ id }) => id, (one, other) => one.rank < other.rank);
const item = (id: string, rank: number) => ({ id, rank });
const of = (...items: ReturnType<typeof item>[]) => items.reduce<ReturnType<typeof item>[]>((all, next) => list.with(all, next), []);

describe('A short list', () => {
  it('holds the first items in order, and no more than it may', () => {
    expect(of(item('d', 4), item('b', 2), item('c', 3), item('a', 1)).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('puts the newcomer first among equals', () => {
    expect(of(item('a', 1), item('b', 1)).map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('moves an item that changed to its new place, and adds none that it does not hold', () => {
    const items = of(item('a', 1), item('b', 2));
    expect(list.replaced(items, item('a', 3)).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(list.replaced(items, item('c', 0))).toEqual(items);
    expect(list.without(items, 'a')).toEqual([item('b', 2)]);
  });
});
