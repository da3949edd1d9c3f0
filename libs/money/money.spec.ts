import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { added, compareMoney, difference, formatMoney, instalmentsOf, shareOf, sumOf, times, type Money } from './index.js';

const eur = (amount: number): Money => ({ amount, currency: 'EUR' });
const code = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

describe('money', () => {
  it.each([[105, 50, 53], [-105, 50, -53], [1, 50, 1], [1, 49.9999, 0], [10_000, 8.875, 888], [9_999, 19, 1900], [0, 19, 0]])('%i minor units, of which %d per cent, are %i: half a unit is rounded away from zero', (amount, percent, share) => {
    expect(shareOf(eur(amount), percent)).toEqual(eur(share));
  });

  it('is exact beyond what a product of two numbers could hold', () => {
    expect(shareOf(eur(9_007_199_254_740_991), 33.3333)).toEqual(eur(3_002_396_749_180_579));
  });

  it('adds and subtracts in one currency only', () => {
    expect(sumOf('EUR', [eur(1), eur(2), eur(-5)])).toEqual(eur(-2));
    expect(sumOf('EUR', [])).toEqual(eur(0));
    expect(difference(eur(5), eur(7))).toEqual(eur(-2));
    expect(compareMoney(eur(5), eur(7))).toBeLessThan(0);
    expect(code(() => sumOf('EUR', [{ amount: 1, currency: 'USD' }]))).toBe('two-currencies');
  });

  it('says when it would get too large to be exact', () => {
    expect(code(() => times(eur(Number.MAX_SAFE_INTEGER), 2))).toBe('amount-too-large');
    expect(added(Number.MAX_SAFE_INTEGER - 1, 1)).toBe(Number.MAX_SAFE_INTEGER);
    expect(code(() => added(Number.MAX_SAFE_INTEGER, 1))).toBe('amount-too-large');
    expect(code(() => added(-Number.MAX_SAFE_INTEGER, -1))).toBe('amount-too-large');
  });

  it('is divided into parts that differ by one unit at the most and add up to it', () => {
    expect(instalmentsOf(eur(100), 3)).toEqual([eur(34), eur(33), eur(33)]);
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 1, max: 60 }), (amount, count) => {
      const parts = instalmentsOf(eur(amount), count);
      expect(sumOf('EUR', parts)).toEqual(eur(amount));
      expect(parts[0]!.amount - parts.at(-1)!.amount).toBeLessThanOrEqual(1);
    }), { numRuns: 50 });
  });

  it('is written with the digits of its currency', () => {
    expect([eur(120_450), { amount: -7, currency: 'JPY' }, { amount: 1_234, currency: 'KWD' }].map(formatMoney)).toEqual(['EUR 1,204.50', '−JPY 7', 'KWD 1.234']);
  });
});
