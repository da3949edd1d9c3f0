import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { productsOf, spentOnProducts, withoutReturned, type ProductsOf } from './products-bought.js';

const EUR = (amount: number) => ({ amount, currency: 'EUR' });
const said = (purchaseId: string) => ({ purchaseId, at: '2026-01-05T10:00:00.000Z' });
const total = ({ products }: ProductsOf) => Object.values(products).reduce((sum, { amount }) => sum + amount, 0);

describe('What products came to', () => {
  it('is what was said of them; the others share the rest by their units, and nothing is lost by rounding', () => {
    const { products } = productsOf(said('p'), { amount: EUR(1_000), items: [{ product: 'tea', quantity: 1, amount: EUR(300) }, { product: 'cup', quantity: 2 }, { product: 'pot', quantity: 1 }] });
    expect(products).toEqual({ tea: { units: 1, amount: 300 }, cup: { units: 2, amount: 467 }, pot: { units: 1, amount: 233 } });
    fc.assert(fc.property(fc.integer({ min: 0, max: 100_000 }), fc.array(fc.record({ product: fc.constantFrom('a', 'b', 'c', 'd'), quantity: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 8 }), (amount, items) => {
      expect(total(productsOf(said('p'), { amount: EUR(amount), items }))).toBe(amount);
    }));
  });

  it('goes back with the products that did, and with all where none was named', () => {
    const bought = productsOf(said('p'), { amount: EUR(1_000), items: [{ product: 'tea', quantity: 2, amount: EUR(400) }, { product: 'cup', quantity: 1, amount: EUR(600) }] });
    expect(withoutReturned(bought, 200, [{ product: 'tea', quantity: 1 }]).products).toEqual({ tea: { units: 1, amount: 200 }, cup: { units: 1, amount: 600 } });
    expect(withoutReturned(bought, 600, [{ product: 'cup', quantity: 1 }]).products).toEqual({ tea: { units: 2, amount: 400 } });
    expect(withoutReturned(bought, 100).products).toEqual({ tea: { units: 2, amount: 360 }, cup: { units: 1, amount: 540 } });
  });

  it('is added by customer and currency', () => {
    const bought = [productsOf(said('p'), { amount: EUR(100), items: [{ product: 'tea', quantity: 1 }] }), productsOf(said('q'), { amount: EUR(50), items: [{ product: 'tea', quantity: 1 }] }), productsOf(said('r'), { amount: { amount: 7, currency: 'USD' }, items: [{ product: 'tea', quantity: 1 }] })];
    expect(spentOnProducts([{ customerId: 'c', bought: [bought.slice(0, 2), bought.slice(2)] }])).toEqual([{ customerId: 'c', amounts: { EUR: { tea: 150 }, USD: { tea: 7 } } }]);
  });
});
