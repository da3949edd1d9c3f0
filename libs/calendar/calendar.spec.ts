import { describe, expect, it } from '@jest/globals';
import { atTime, dayOf, daysBetween, endOfDay, isWorkingDay, minus, plus, plusWorkingDays, startOfDay, workingDaysBetween } from '#calendar';

const SHANGHAI = 'Asia/Shanghai';
const BERLIN = 'Europe/Berlin';

describe('moments', () => {
  it('are counted by the calendar of their zone, over a change of the clocks, too', () => {
    expect(plus('2026-01-05T12:00:00Z', { days: 3 })).toBe('2026-01-08T12:00:00.000Z');
    expect(minus('2026-01-05', { hours: 1 })).toBe('2026-01-04T23:00:00.000Z');
    expect(plus('2026-03-28T12:00:00+01:00', { days: 1 }, BERLIN)).toBe('2026-03-29T10:00:00.000Z');
    expect(plus('2026-01-31', { months: 1 })).toBe('2026-02-28T00:00:00.000Z');
  });

  it('have days that begin and end where somebody is', () => {
    expect(startOfDay('2026-01-05T20:00:00Z', SHANGHAI)).toBe('2026-01-05T16:00:00.000Z');
    expect(endOfDay('2026-01-05', SHANGHAI)).toBe('2026-01-05T16:00:00.000Z');
    expect(dayOf('2026-01-05T20:00:00Z', SHANGHAI)).toBe('2026-01-06');
    expect(atTime('2026-07-01', '09:30', BERLIN)).toBe('2026-07-01T07:30:00.000Z');
    expect(daysBetween('2026-03-28', '2026-03-30', BERLIN)).toBe(2);
  });

  it('are refused where there is no such time', () => {
    expect(() => plus('2026-02-30', { days: 1 })).toThrow('is no time');
    expect(() => startOfDay('2026-01-01', 'Mars/Olympus')).toThrow('Mars/Olympus');
  });
});

describe('working days', () => {
  const china = { holidays: ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'], madeUp: ['2026-10-10'], zone: SHANGHAI };

  it('leave out weekends and holidays, and count days that are made up', () => {
    expect(plusWorkingDays('2026-01-09', 1)).toBe('2026-01-12');
    expect(plusWorkingDays('2026-01-12', -1)).toBe('2026-01-09');
    expect(plusWorkingDays('2026-01-10', 0)).toBe('2026-01-12');
    expect(plusWorkingDays('2026-09-30', 1, china)).toBe('2026-10-08');
    expect(plusWorkingDays('2026-09-30', 3, china)).toBe('2026-10-10');
    expect(isWorkingDay('2026-10-10', china)).toBe(true);
    expect(isWorkingDay('2026-10-01', china)).toBe(false);
  });

  it('are as many between two days as lead from one to the other', () => {
    for (const days of [1, 4, 5, 17]) expect(workingDaysBetween('2026-01-05', plusWorkingDays('2026-01-05', days))).toBe(days);
    expect(workingDaysBetween('2026-01-09', '2026-01-11')).toBe(0);
  });

  it('are not looked for without end', () => {
    expect(() => plusWorkingDays('2026-01-05', 1, { weekend: [1, 2, 3, 4, 5, 6, 7] })).toThrow('No working day');
  });
});
