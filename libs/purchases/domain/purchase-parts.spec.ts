import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FULL, purchaseIn, withoutPurchase, withPurchase, type Parts, type Purchased } from './purchase-parts.js';

const day = (n: number) => String(n).padStart(6, '0');

/** A list that is copied and sorted each time: slow, and plainly right. */
const listed = (list: readonly Purchased[], purchase: Purchased): Purchased[] => [...list, purchase].sort((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at)));

describe('Purchases in parts', () => {
  it('are those of one list, whatever comes in which order and goes', () => {
    const steps = fc.array(fc.oneof({ weight: 6, arbitrary: fc.record({ at: fc.nat(300) }) }, { weight: 1, arbitrary: fc.record({ gone: fc.nat(900) }) }), { minLength: 2 * FULL, maxLength: 6 * FULL, size: 'max' });
    fc.assert(fc.property(steps, (all) => {
      let [parts, list]: [Parts<Purchased>, readonly Purchased[]] = [[], []];
      for (const [index, step] of all.entries()) {
        if ('at' in step) {
          const purchase = { purchaseId: `p${index}`, at: day(step.at) };
          [parts, list] = [withPurchase(parts, purchase), listed(list, purchase)];
        } else [parts, list] = [withoutPurchase(parts, `p${step.gone}`), list.filter(({ purchaseId }) => purchaseId !== `p${step.gone}`)];
      }
      expect(parts.flat()).toEqual(list);
      expect(parts.every(({ length }) => length > 0 && length < 2 * FULL)).toBe(true);
      for (const { purchaseId } of list.slice(0, 3)) expect(purchaseIn(parts, purchaseId)?.purchaseId).toBe(purchaseId);
    }), { numRuns: 10 });
  });

  it('copy the last part alone where they come by time', () => {
    let parts: Parts<Purchased> = [];
    for (let n = 0; n < 10 * FULL; n++) {
      const longer = withPurchase(parts, { purchaseId: `p${n}`, at: day(n) });
      expect(parts.slice(0, -1).every((part, index) => part === longer[index])).toBe(true);
      parts = longer;
    }
    expect(parts.map(({ length }) => length)).toEqual(Array.from({ length: 10 }, () => FULL));
    expect(purchaseIn(parts, 'none')).toBeUndefined();
  });
});
