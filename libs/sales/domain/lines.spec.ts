import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineOf, totalsOf } from './lines.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const line = (amount: number, quantity: number, taxPercent: number, discountPercent?: number) =>
  lineOf({ offeringId: 'tea', quantity, unitPrice: eur(amount), taxPercent, ...(discountPercent !== undefined && { discountPercent }) });

describe('the lines of a quote or an order', () => {
  it('are rounded once each, after the discount', () => {
    expect(line(333, 3, 19).net).toEqual(eur(999));
    expect(line(333, 3, 19, 12.5).net).toEqual(eur(874));
    expect(line(1, 1, 19, 50).net).toEqual(eur(0));
  });

  it('are taxed together by rate, rounded once for each rate', () => {
    // Three times 0.10 at 7 %: rounded line by line the tax would be 0.03, together it is 0.02.
    expect(totalsOf([line(10, 1, 7), line(10, 1, 7), line(10, 1, 7), line(1000, 1, 19)])).toEqual({
      net: eur(1030), taxes: [{ percent: 7, net: eur(30), tax: eur(2) }, { percent: 19, net: eur(1000), tax: eur(190) }], tax: eur(192), gross: eur(1222),
    });
  });

  it('are of one currency', () => {
    const usd = lineOf({ offeringId: 'tea', quantity: 1, unitPrice: { amount: 1, currency: 'USD' }, taxPercent: 0 });
    expect(() => totalsOf([line(1, 1, 0), usd])).toThrow('give both in one currency');
  });

  it('always add up: net and tax are gross, the nets of the rates are the net', () => {
    const anyLine = fc.tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 1000 }), fc.constantFrom(0, 7, 19, 8.875), fc.option(fc.constantFrom(0, 2.5, 33.3333, 100), { nil: undefined }));
    fc.assert(fc.property(fc.array(anyLine, { minLength: 1, maxLength: 8 }), (asked) => {
      const { net, taxes, tax, gross } = totalsOf(asked.map((each) => line(...each)));
      expect(net.amount + tax.amount).toBe(gross.amount);
      expect(taxes.reduce((sum, share) => sum + share.net.amount, 0)).toBe(net.amount);
    }), { numRuns: 50 });
  });
});
