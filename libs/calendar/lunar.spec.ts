import { describe, expect, it } from '@jest/globals';
import { lunarDateOf, nextLunarDate, nextSolarDate } from '#calendar';

describe('the traditional Chinese calendar', () => {
  it('knows the holidays of many years', () => {
    const newYears = [['2023-12-31', '2024-02-10'], ['2024-12-31', '2025-01-29'], ['2025-12-31', '2026-02-17'], ['2032-12-31', '2033-01-31']] as const;
    for (const [after, date] of newYears) expect([after, nextLunarDate(after, { month: 1, day: 1 })]).toEqual([after, date]);
    expect(nextLunarDate('2025-12-31', { month: 8, day: 15 })).toBe('2026-09-25');
    expect(nextLunarDate('2024-12-31', { month: 8, day: 15 })).toBe('2025-10-06');
    expect(nextLunarDate('2025-12-31', { month: 5, day: 5 })).toBe('2026-06-19');
    expect(lunarDateOf('2026-02-17')).toEqual({ month: 1, day: 1, leap: false });
  });

  it('leaves out leap months, and does not count the day itself', () => {
    // In 2025 month 6 comes twice: from 25 June, and as a leap month from 25 July.
    expect(lunarDateOf('2025-07-25')).toEqual({ month: 6, day: 1, leap: true });
    expect(nextLunarDate('2025-06-25', { month: 6, day: 1 })).toBe('2026-07-14');
    expect(nextLunarDate('2026-02-17', { month: 1, day: 1 })).toBe('2027-02-06');
  });

  it('has the 30th on the 29th where a month has no more days', () => {
    const eves = ['2023-01-22', '2024-02-10', '2025-01-29'].map((newYear) => nextLunarDate(newYear, { month: 12, day: 30 }));
    expect(eves).toEqual(['2024-02-09', '2025-01-28', '2026-02-16']);
  });

  it('refuses days that there are not', () => {
    expect(() => nextLunarDate('2026-01-01', { month: 13, day: 1 })).toThrow('no day 1 of month 13');
    expect(() => nextSolarDate('2026-01-01', { month: 2, day: 30 })).toThrow('no day 30 of month 2');
  });
});

describe('a day of each year', () => {
  it('is the next one after the day, 28 February where there is no 29th', () => {
    expect(nextSolarDate('2026-03-17', { month: 3, day: 18 })).toBe('2026-03-18');
    expect(nextSolarDate('2026-03-18T10:00:00Z', { month: 3, day: 18 })).toBe('2027-03-18');
    expect([nextSolarDate('2026-01-01', { month: 2, day: 29 }), nextSolarDate('2027-03-01', { month: 2, day: 29 })]).toEqual(['2026-02-28', '2028-02-29']);
  });
});
