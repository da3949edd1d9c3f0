import { describe, expect, it } from '@jest/globals';
import { cyclesAmong, subtreeOf, type Place } from './hierarchy.js';

const tree: Place[] = [
  { customerId: 'group' },
  { customerId: 'north', parentId: 'group' },
  { customerId: 'south', parentId: 'group' },
  { customerId: 'harbour', parentId: 'north' },
  { customerId: 'stranger' },
];
const ring: Place[] = [
  { customerId: 'a', parentId: 'c' },
  { customerId: 'b', parentId: 'a' },
  { customerId: 'c', parentId: 'b' },
  { customerId: 'leaf', parentId: 'b' },
];

describe('the hierarchy of customers', () => {
  it('has everybody below a customer, parents first', () => {
    expect(subtreeOf('group', tree)).toEqual({ customerIds: ['group', 'north', 'south', 'harbour'] });
    expect(subtreeOf('north', tree)).toEqual({ customerIds: ['north', 'harbour'] });
  });

  it('has a customer without children, or one that nobody placed, alone', () => {
    expect(subtreeOf('harbour', tree)).toEqual({ customerIds: ['harbour'] });
    expect(subtreeOf('nobody', tree)).toEqual({ customerIds: ['nobody'] });
  });

  it('ends on a ring, counts each customer once, and names the ring', () => {
    const { customerIds, cycle } = subtreeOf('a', ring);
    expect([...customerIds].sort()).toEqual(['a', 'b', 'c', 'leaf']);
    expect([...cycle!].sort()).toEqual(['a', 'b', 'c']);
  });

  it('does not call a customer that hangs below a ring a part of it', () => {
    expect(subtreeOf('leaf', ring)).toEqual({ customerIds: ['leaf'] });
  });

  it('finds every ring once', () => {
    const cycles = cyclesAmong([...tree, ...ring, { customerId: 'x', parentId: 'y' }, { customerId: 'y', parentId: 'x' }]);
    expect(cycles.map((cycle) => [...cycle].sort())).toEqual([['a', 'b', 'c'], ['x', 'y']]);
    expect(cyclesAmong(tree)).toEqual([]);
  });

  it('walks a chain of 50 000 customers and a parent of 50 000 children in a moment', () => {
    const chain = Array.from({ length: 50_000 }, (_, i): Place => ({ customerId: `c${i}`, ...(i > 0 && { parentId: `c${i - 1}` }) }));
    const fan = Array.from({ length: 50_000 }, (_, i): Place => ({ customerId: `f${i}`, parentId: 'c0' }));
    const started = process.hrtime.bigint();
    expect(subtreeOf('c0', [...chain, ...fan]).customerIds).toHaveLength(100_000);
    expect(cyclesAmong([...chain.reverse(), ...fan])).toEqual([]);
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(10_000);
  });
});
