import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MARKS_PER_DAY, withAmount, withoutPurchase, withPurchase, type PurchaseDay, type PurchaseMark } from './purchase-days.js';

const mark = (at: string, id: string): PurchaseMark => ({ at, purchaseId: `p${id}`, eventId: `e${id}` });
const days = (marks: readonly PurchaseMark[]) => marks.reduce<PurchaseDay[]>(withPurchase, []);

const morning = mark('2026-01-01T08:00:00.000Z', '1');
const evening = mark('2026-01-01T23:59:59.999Z', '2');
const nextDay = mark('2026-01-02T00:00:00.000Z', '3');

describe('Purchase days', () => {
  it('are the UTC calendar days with a purchase, several purchases in one', () => {
    expect(days([morning, evening, nextDay])).toEqual([
      { day: '2026-01-01', count: 2, marks: [morning, evening] },
      { day: '2026-01-02', count: 1, marks: [nextDay] },
    ]);
  });

  it('are the same whatever the order in which purchases become known', () => {
    const hour = fc.integer({ min: 0, max: 200 });
    const marks = fc.array(hour, { maxLength: 30 }).map((hours) =>
      hours.map((at, index) => mark(new Date(Date.UTC(2026, 0, 1, at)).toISOString(), String(index).padStart(2, '0'))));
    fc.assert(fc.property(marks.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), ([all, shuffled]) => {
      expect(days(shuffled)).toEqual(days(all));
    }));
  });

  it('keep the first purchases and the last of a busy day, and count the others', () => {
    const busy = Array.from({ length: 20 }, (_, hour) => mark(new Date(Date.UTC(2026, 0, 1, hour)).toISOString(), String(hour)));
    const [day] = days(busy);
    expect(day?.count).toBe(20);
    expect(day?.marks).toEqual([...busy.slice(0, MARKS_PER_DAY - 1), busy.at(-1)]);
  });

  it('lose the day whose only purchase was returned', () => {
    expect(withoutPurchase(days([morning, nextDay]), 'p1', morning.at)).toEqual(days([nextDay]));
  });

  it('keep the day on which something else was bought, with that as its evidence', () => {
    expect(withoutPurchase(days([morning, evening]), 'p1', morning.at)).toEqual(days([evening]));
  });

  it('stay while purchases are left that were only counted', () => {
    const busy = Array.from({ length: MARKS_PER_DAY + 1 }, (_, hour) => mark(new Date(Date.UTC(2026, 0, 1, hour)).toISOString(), String(hour)));
    const left = days(busy)[0]!.marks.reduce((rest, { purchaseId, at }) => withoutPurchase(rest, purchaseId, at), days(busy));
    expect(left).toEqual([{ day: '2026-01-01', count: 1, marks: [busy.at(-1)] }]);
  });

  it('keep what they came to through other purchases and returns of the day', () => {
    const both = withAmount(withPurchase(withAmount(days([morning]), morning.at, 500), evening), evening.at, 300);
    expect(both).toMatchObject([{ count: 2, amount: 800 }]);
    expect(withoutPurchase(withAmount(both, evening.at, -300), 'p2', evening.at)).toMatchObject([{ count: 1, amount: 500 }]);
    expect(withAmount(days([morning]), nextDay.at, 100)).toEqual(days([morning]));
  });

  it('do not change by the return of a purchase that they never had', () => {
    expect(withoutPurchase(days([morning]), 'p3', nextDay.at)).toEqual(days([morning]));
  });
});
