import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { lineOf, totalsOf } from '../domain/lines.js';
import { type PriceListState } from '../pricing/domain/price-list.js';
import { acceptQuote, declineQuote, expireQuote, issueQuote, reviseQuote } from './commands/quotes.js';
import { Quote, QuoteAccepted, QuoteExpired, QuoteIssued, QuoteRevised } from './domain/quote.js';
import { quotes } from './views/quotes.view.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const NEXT_WEEK = '2026-01-12T12:00:00.000Z';
const list: PriceListState = {
  name: 'Prices', currency: 'EUR', effectiveFrom: '2026-01-01T00:00:00.000Z', freeDiscountPercent: 5,
  prices: { tea: [{ effectiveFrom: '2026-01-01T00:00:00.000Z', price: eur(1000) }], cup: [{ effectiveFrom: '2026-01-01T00:00:00.000Z', price: eur(300) }] },
};
const customer = { status: 'active', deactivated: false, blacklisted: false };
const known = { customer, list, discount: null, offerings: [{ name: 'Tea', retired: false }, { name: 'Cup', retired: false }] };
const discount = { status: 'granted', customerId: 'c1', percent: 10 };
const quoteId = 'q1';
const tea = (quantity: number, discountPercent?: number) => ({ offeringId: 'tea', quantity, taxPercent: 7, ...(discountPercent !== undefined && { discountPercent }) });
const offer = (...lines: Parameters<typeof lineOf>[0][]) => ({ lines: lines.map(lineOf), totals: totalsOf(lines.map(lineOf)), validUntil: NEXT_WEEK });
const issued = event(QuoteIssued, { quoteId, customerId: 'c1', pricelistId: 'p', offer: offer({ ...tea(2), unitPrice: eur(1000) }) });

describe('a quote', () => {
  const command = { quoteId, customerId: 'c1', pricelistId: 'p', lines: [tea(2)], validUntil: NEXT_WEEK };

  it('has the prices of the list, with taxes and totals', () => {
    given(Quote, []).when(issueQuote, command, {}, known).then([issued]);
    expect(issued.data.offer.totals).toEqual({ net: eur(2000), taxes: [{ percent: 7, net: eur(2000), tax: eur(140) }], tax: eur(140), gross: eur(2140) });
  });

  it.each([
    ['a discount beyond what needs no approval', { lines: [tea(2, 5.5)] }, {}, 'discount-not-granted'],
    ['a discount beyond what was granted', { lines: [tea(2, 10.1)], discountId: 'd' }, { discount }, 'discount-not-granted'],
    ['the discount of another customer', { lines: [tea(2, 10)], discountId: 'd' }, { discount: { ...discount, customerId: 'c2' } }, 'discount-not-granted'],
    ['a discount that was only asked for', { lines: [tea(2, 10)], discountId: 'd' }, { discount: { ...discount, status: 'requested' } }, 'discount-not-granted'],
    ['a discount for something else', { lines: [tea(2, 10)], discountId: 'd' }, { discount: { ...discount, offeringId: 'cup' } }, 'discount-not-granted'],
    ['a price of one\'s own for what has one', { lines: [{ ...tea(1), unitPrice: eur(1) }] }, {}, 'price-is-listed'],
    ['what has no price', { lines: [{ ...tea(1), offeringId: 'pot' }] }, {}, 'price-missing'],
    ['no customer to do business with', {}, { customer: { ...customer, blacklisted: true } }, 'customer-blacklisted'],
    ['a price list that is not there', {}, { list: null }, 'price-list-not-found'],
    ['a validity that is over', { validUntil: '2026-01-05T12:00:00.000Z' }, {}, 'validity-over'],
  ])('is refused with %s', (_, fields, other, code) => {
    given(Quote, []).when(issueQuote, { ...command, ...fields }, {}, { ...known, ...other }).thenRejected(code);
  });

  it('takes a discount that was granted, or that needs no approval', () => {
    const net = (fields: object, other = {}) => (given(Quote, []).when(issueQuote, { ...command, ...fields }, {}, { ...known, ...other }).events[0]!.data as QuoteIssued).offer.totals.net;
    expect(net({ lines: [tea(2, 5)] })).toEqual(eur(1900));
    expect(net({ lines: [tea(2, 10)], discountId: 'd' }, { discount })).toEqual(eur(1800));
  });

  it('gets versions, and their differences', () => {
    const outcome = given(Quote, [issued]).when(reviseQuote, { quoteId, lines: [tea(3), { offeringId: 'cup', quantity: 1, taxPercent: 19 }], validUntil: NEXT_WEEK, reason: 'Wants cups, too' }, {}, {
      wanting: { customerId: 'c1', pricelistId: 'p', lines: [tea(3), { offeringId: 'cup', quantity: 1, taxPercent: 19 }] }, terms: known,
    });
    expect(outcome.events[0]?.data).toMatchObject({ version: 2 });
    const revised = outcome.events[0]!;
    expect(given(quotes, [issued, revised]).rows().get(quoteId)).toMatchObject({
      version: 2,
      versions: [{ version: 1 }, {
        version: 2, reason: 'Wants cups, too',
        differences: {
          lines: [{ offeringId: 'tea', change: 'changed', from: { quantity: 2, net: eur(2000) }, to: { quantity: 3, net: eur(3000) } }, { offeringId: 'cup', change: 'added', to: { quantity: 1 } }],
          gross: { from: eur(2140), to: eur(3567) },
        },
      }],
    });
    expect(given(Quote, [issued, event(QuoteRevised, revised.data as QuoteRevised)]).when(acceptQuote, { quoteId }).events[0]?.data).toMatchObject({ version: 2 });
  });

  it('is accepted while it stands, and then nothing else happens to it', () => {
    const accepted = event(QuoteAccepted, { quoteId, customerId: 'c1', version: 1, offer: issued.data.offer });
    given(Quote, [issued]).when(acceptQuote, { quoteId }).then([accepted]);
    given(Quote, [issued]).when(acceptQuote, { quoteId }, { occurredAt: '2026-01-12T12:00:00.001Z' }).thenRejected('quote-expired');
    given(Quote, [issued, accepted]).when(declineQuote, { quoteId }).thenRejected('quote-accepted');
  });

  it('expires when its time is over, and not before', () => {
    given(Quote, [issued]).when(expireQuote, { quoteId }).thenRejected('quote-still-stands');
    given(Quote, [issued]).when(expireQuote, { quoteId }, { occurredAt: NEXT_WEEK }).then([event(QuoteExpired, { quoteId, customerId: 'c1', version: 1 })]);
  });
});
