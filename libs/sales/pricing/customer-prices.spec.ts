import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { agreeCustomerPrice, endCustomerPrice } from './commands/customer-prices.js';
import { linesWanted } from './commands/wanted.js';
import { CustomerPriceAgreed, CustomerPriceEnded, CustomerPrices } from './domain/customer-prices.js';
import { PriceChanged, PriceList, PriceListPublished } from './domain/price-list.js';
import { customerPrices } from './views/customer-prices.view.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const day = (date: number) => `2026-01-${String(date).padStart(2, '0')}T12:00:00.000Z`;
const of = { customerpricesId: 'c1', customerId: 'c1', pricelistId: 'retail', offeringId: 'tea' };
const customer = { deactivated: false, blacklisted: false };
const list = given(PriceList, [
  event(PriceListPublished, { pricelistId: 'retail', name: 'Retail', currency: 'EUR', effectiveFrom: day(1), freeDiscountPercent: 10 }),
  event(PriceChanged, { pricelistId: 'retail', offeringId: 'tea', price: eur(100), effectiveFrom: day(1) }),
]).state();
const offering = { name: 'Tea', retired: false };
const known = { customer, list, offering };
const agreed = event(CustomerPriceAgreed, { ...of, price: eur(80), effectiveFrom: day(5) });
const autumn = event(CustomerPriceAgreed, { ...of, price: eur(70), effectiveFrom: day(10), effectiveUntil: day(20) });
const ended = event(CustomerPriceEnded, { ...of, effectiveUntil: day(15) });

describe('a price of their own', () => {
  it('is agreed in the currency of the list, for some time or until further notice', () => {
    given(CustomerPrices, []).when(agreeCustomerPrice, { ...of, price: eur(80) }, { occurredAt: day(5) }, known).then([agreed]);
    given(CustomerPrices, [agreed]).when(agreeCustomerPrice, { ...of, price: eur(70), effectiveFrom: day(10), effectiveUntil: day(20) }, {}, known).then([autumn]);
    given(CustomerPrices, []).when(agreeCustomerPrice, { ...of, price: { amount: 1, currency: 'USD' } }, {}, known).thenRejected('price-in-another-currency');
    given(CustomerPrices, []).when(agreeCustomerPrice, { ...of, customerpricesId: 'x', price: eur(1) }, {}, known).thenRejected('prices-of-another');
    given(CustomerPrices, []).when(agreeCustomerPrice, { ...of, price: eur(1), effectiveFrom: day(10), effectiveUntil: day(10) }, {}, known).thenRejected('period-empty');
    given(CustomerPrices, []).when(agreeCustomerPrice, { ...of, price: eur(1) }, {}, { ...known, customer: null }).thenRejected('customer-not-found');
  });

  it('is what quotes and orders ask, on its days; a discount comes off it', () => {
    const own = given(CustomerPrices, [agreed, autumn]).state();
    const wanted = { customerId: 'c1', pricelistId: 'retail', lines: [{ offeringId: 'tea', quantity: 1, taxPercent: 0 }] };
    const price = (moment: string, line: object = {}) => {
      const asked = { ...wanted, lines: [{ ...wanted.lines[0]!, ...line }] };
      return linesWanted(asked, { customer, list, own, discount: null, offerings: [offering] } as never, moment)[0]!.net.amount;
    };
    expect([price(day(4)), price(day(5)), price(day(10)), price(day(20)), price(day(10), { discountPercent: 10 })]).toEqual([100, 80, 70, 80, 63]);
    expect(() => price(day(5), { unitPrice: eur(1) })).toThrow('price of their own');
  });

  it('ends, and then that of the list counts', async () => {
    given(CustomerPrices, [agreed, autumn]).when(endCustomerPrice, { ...of, effectiveUntil: day(15) }).then([ended]);
    given(CustomerPrices, [agreed, autumn, ended]).when(endCustomerPrice, { ...of, effectiveUntil: day(16) }).thenRejected('customer-price-not-found');
    const view = given(customerPrices, [agreed, autumn, ended]);
    const price = async (now: string) => (await view.answers(now)).get('c1/retail/tea')!.price;
    expect([await price(day(4)), await price(day(6)), await price(day(12)), await price(day(15))]).toEqual([null, eur(80), eur(70), null]);
  });
});
