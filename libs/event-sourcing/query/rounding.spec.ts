import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { roundTo, truncateTo } from './rounding.js';

describe('rounding', () => {
  it.each([
    [2.5, 0, 2], [3.5, 0, 4], [-2.5, 0, -2], [10.51, 0, 11], [0.4, 0, 0], [1.25, 1, 1.2], [1.35, 1, 1.4], [2.675, 2, 2.67],
    [1234, -2, 1200], [1250, -2, 1200], [1350, -2, 1400], [49, -2, 0], [1e21, 0, 1e21], [0.1, 20, 0.1], [5e-324, 2, 0],
  ])('of %d to %i places is %d: ties go to the even digit', (value, places, rounded) => {
    expect(roundTo(value, places)).toBe(rounded);
  });

  it.each([[1.999, 1, 1.9], [-1.999, 1, -1.9], [1999, -3, 1000], [0.29, 2, 0.28], [-0.5, 0, 0]])('cuts the exact value of %d to %i places: %d', (value, places, cut) => {
    expect(truncateTo(value, places)).toBe(cut);
  });

  it('never moves a number by more than half a place, nor cuts it by a whole one', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: -3, max: 6 }), (value, places) => {
        const place = 10 ** -places;
        expect(Math.abs(roundTo(value, places) - value)).toBeLessThanOrEqual(place / 2 + 1e-6);
        expect(Math.abs(truncateTo(value, places))).toBeLessThanOrEqual(Math.abs(value) + 1e-6);
        expect(Math.abs(truncateTo(value, places) - value)).toBeLessThan(place + 1e-6);
      }),
    );
  });

  it('only takes whole places from -20 to 100', () => {
    for (const places of [0.5, 101, -21]) expect(() => roundTo(1, places)).toThrow('decimal places must be a whole number from -20 to 100');
  });
});
