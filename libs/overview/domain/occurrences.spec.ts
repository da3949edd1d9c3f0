import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { never, once, takenBack } from './occurrences.js';

const all = (...times: string[]) => times.reduce(once, never);

describe('Occurrences', () => {
  it('know how often and when last, in whatever order they are told', () => {
    const day = fc.integer({ min: 10, max: 28 }).map((date) => `2026-01-${date}`);
    fc.assert(fc.property(fc.array(day, { minLength: 1, maxLength: 10 }), (days) => {
      const sorted = [...days].sort();
      expect(all(...days)).toEqual({ count: days.length, last: sorted.at(-1), beforeLast: sorted.at(-2) ?? null });
    }));
  });

  it('step back when the last one is taken back', () => {
    expect(takenBack(all('2026-01-01', '2026-01-02', '2026-01-03'), '2026-01-03')).toEqual({ count: 2, last: '2026-01-02', beforeLast: null });
    expect(takenBack(all('2026-01-01'), '2026-01-01')).toEqual(never);
  });

  it('keep the last one when an earlier one is taken back', () => {
    expect(takenBack(all('2026-01-01', '2026-01-02'), '2026-01-01')).toMatchObject({ count: 1, last: '2026-01-02' });
  });

  it('say that the last one is not known rather than a wrong one', () => {
    const three = all('2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04');
    expect(takenBack(takenBack(three, '2026-01-04'), '2026-01-03')).toEqual({ count: 2, last: null, beforeLast: null });
  });
});
