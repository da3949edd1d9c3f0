import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { grantDiscount, refuseDiscount, requestDiscount } from './commands/discounts.js';
import { changePrice, publishPriceList } from './commands/price-lists.js';
import { Discount, DiscountGranted, DiscountRequested } from './domain/discount.js';
import { priceFrom, PriceChanged, PriceList, PriceListPublished } from './domain/price-list.js';
import { priceHistory } from './views/price-history.view.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const NEW_YEAR = '2026-01-01T00:00:00.000Z';
const FEBRUARY = '2026-02-01T00:00:00.000Z';
const tea = { name: 'Tea', retired: false };
const published = event(PriceListPublished, { pricelistId: 'p', name: 'Prices', currency: 'EUR', effectiveFrom: NEW_YEAR, effectiveUntil: '2027-01-01T00:00:00.000Z', freeDiscountPercent: 0 });
const list = { effectiveFrom: NEW_YEAR, effectiveUntil: '2027-01-01T00:00:00.000Z' };
const first = event(PriceChanged, { pricelistId: 'p', offeringId: 'tea', price: eur(100), effectiveFrom: NEW_YEAR, list });
const second = event(PriceChanged, { pricelistId: 'p', offeringId: 'tea', former: eur(100), price: eur(120), effectiveFrom: FEBRUARY, list });

describe('a price list', () => {
  it('holds for its period', () => {
    given(PriceList, []).when(publishPriceList, { pricelistId: 'p', name: 'Prices', currency: 'EUR', effectiveFrom: NEW_YEAR, effectiveUntil: '2027-01-01T01:00:00+01:00' }).then([published]);
    given(PriceList, []).when(publishPriceList, { pricelistId: 'p', name: 'Prices', currency: 'EUR', effectiveFrom: NEW_YEAR, effectiveUntil: NEW_YEAR }).thenRejected('period-empty');
  });

  it('gives each offering a price from a moment on, in its currency', () => {
    given(PriceList, [published, first]).when(changePrice, { pricelistId: 'p', offeringId: 'tea', price: eur(120), effectiveFrom: FEBRUARY }, {}, tea).then([second]);
    given(PriceList, [published, first]).when(changePrice, { pricelistId: 'p', offeringId: 'tea', price: eur(100), effectiveFrom: FEBRUARY }, {}, tea).then([]);
    given(PriceList, [published]).when(changePrice, { pricelistId: 'p', offeringId: 'tea', price: { amount: 1, currency: 'USD' } }, {}, tea).thenRejected('price-in-another-currency');
    given(PriceList, [published]).when(changePrice, { pricelistId: 'p', offeringId: 'tea', price: eur(1) }, {}, null).thenRejected('offering-not-found');
  });

  it('knows the price at any moment, and says where it has none', () => {
    const state = given(PriceList, [published, second, first]).state();
    const at = (moment: string, offering = 'tea') => {
      try {
        return priceFrom(state, 'p', offering, moment).amount;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect([at(NEW_YEAR), at('2026-01-31T23:59:59.999Z'), at(FEBRUARY), at('2025-12-31T00:00:00.000Z'), at('2027-01-01T00:00:00.000Z'), at(FEBRUARY, 'cup')])
      .toEqual([100, 100, 120, 'price-list-not-in-force', 'price-list-not-in-force', 'price-missing']);
  });

  it('shows what an offering costs at the moment of the question', () => {
    const row = given(priceHistory, [first, second]).rows().get('p/tea')!;
    const price = (now: string) => (priceHistory.computation!.compute(row, now, undefined) as { price: unknown }).price;
    expect([price('2025-01-01T00:00:00.000Z'), price(NEW_YEAR), price(FEBRUARY)]).toEqual([null, eur(100), eur(120)]);
    expect(price(list.effectiveUntil)).toBeNull();
  });
});

describe('a discount', () => {
  const requested = event(DiscountRequested, { discountId: 'd', customerId: 'c1', percent: 15, reason: 'Three years of orders' });

  it('is granted as asked or in part, never beyond, and decided once', () => {
    given(Discount, []).when(requestDiscount, { discountId: 'd', customerId: 'c1', percent: 15, reason: 'Three years of orders' }, {}, { deactivated: false, blacklisted: false }).then([requested]);
    given(Discount, [requested]).when(grantDiscount, { discountId: 'd' }).then([event(DiscountGranted, { discountId: 'd', customerId: 'c1', percent: 15 })]);
    given(Discount, [requested]).when(grantDiscount, { discountId: 'd', percent: 16 }).thenRejected('more-than-asked');
    given(Discount, [requested, event(DiscountGranted, { discountId: 'd', customerId: 'c1', percent: 10 })]).when(refuseDiscount, { discountId: 'd', reason: 'x' }).thenRejected('discount-granted');
  });
});
