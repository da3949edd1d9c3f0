import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { correctPurchase } from '../commands/correct-purchase.js';
import { recordPurchase } from '../commands/record-purchase.js';
import { returnPurchase } from '../commands/return-purchase.js';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from './events.js';
import { Purchase } from './purchase.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const NOON = '2026-01-05T12:00:00.000Z';
const items = [{ product: 'tea', quantity: 2 }, { product: 'cup', quantity: 1 }];

const bought = event(PurchaseRecorded, { purchaseId: 'p1', customerId: 'c1', amount: eur(3000), quantity: 3, items, channel: 'shop' });
const withoutUnits = event(PurchaseRecorded, { purchaseId: 'p1', customerId: 'c1', amount: eur(3000) });
const returned = (amount: number, rest: { quantity?: number; items?: { product: string; quantity: number }[]; whole?: boolean } = {}) =>
  event(PurchaseReturned, { purchaseId: 'p1', customerId: 'c1', purchasedAt: NOON, amount: eur(amount), whole: false, ...rest });

describe('Recording a purchase', () => {
  it('keeps what was said and counts the units of the items', () => {
    given(Purchase, [])
      .when(recordPurchase, { purchaseId: 'p1', customerId: 'c1', amount: eur(3000), items, channel: 'shop' })
      .then([bought]);
  });

  it('allows an amount of 0', () => {
    given(Purchase, [])
      .when(recordPurchase, { purchaseId: 'p1', customerId: 'c1', amount: eur(0) })
      .then([event(PurchaseRecorded, { purchaseId: 'p1', customerId: 'c1', amount: eur(0) })]);
  });

  it('happens once under one id', () => {
    given(Purchase, [bought])
      .when(recordPurchase, { purchaseId: 'p1', customerId: 'c1', amount: eur(3000) })
      .thenRejected('purchase-already-recorded');
  });

  it('refuses units that contradict the items', () => {
    given(Purchase, [])
      .when(recordPurchase, { purchaseId: 'p1', customerId: 'c1', amount: eur(3000), quantity: 4, items })
      .thenRejected('quantity-differs-from-items');
  });

  it('refuses an item in another currency', () => {
    given(Purchase, [])
      .when(recordPurchase, { purchaseId: 'p1', customerId: 'c1', amount: eur(3000), items: [{ product: 'tea', quantity: 1, amount: { amount: 1, currency: 'USD' } }] })
      .thenRejected('item-in-another-currency');
  });
});

describe('Returning a purchase', () => {
  it('returns everything where nothing is named', () => {
    given(Purchase, [bought]).when(returnPurchase, { purchaseId: 'p1', reason: 'broken' }).then([
      event(PurchaseReturned, { purchaseId: 'p1', customerId: 'c1', purchasedAt: NOON, amount: eur(3000), quantity: 3, whole: true, reason: 'broken' }),
    ]);
  });

  it('returns what is left after a part went back', () => {
    given(Purchase, [bought, returned(1000, { quantity: 1, items: [{ product: 'tea', quantity: 1 }] })])
      .when(returnPurchase, { purchaseId: 'p1' })
      .then([returned(2000, { quantity: 2, whole: true })]);
  });

  it('is whole when the last unit goes back, even if not all money does', () => {
    given(Purchase, [bought, returned(900, { quantity: 2 })])
      .when(returnPurchase, { purchaseId: 'p1', amount: eur(1000), quantity: 1 })
      .then([returned(1000, { quantity: 1, whole: true })]);
  });

  it('is not whole while a unit is left, even if all money went back', () => {
    given(Purchase, [bought]).when(returnPurchase, { purchaseId: 'p1', amount: eur(3000), quantity: 2 }).then([returned(3000, { quantity: 2 })]);
  });

  it('is whole when all money goes back and units are not named', () => {
    given(Purchase, [withoutUnits, returned(500)]).when(returnPurchase, { purchaseId: 'p1', amount: eur(2500) }).then([returned(2500, { whole: true })]);
  });

  it('returns a purchase of 0', () => {
    const gift = event(PurchaseRecorded, { purchaseId: 'p1', customerId: 'c1', amount: eur(0) });
    given(Purchase, [gift]).when(returnPurchase, { purchaseId: 'p1' }).then([returned(0, { whole: true })]);
  });

  it.each([
    ['more money than is left', { amount: eur(2001) }],
    ['more units than are left', { amount: eur(0), quantity: 3 }],
    ['more of an item than is left', { amount: eur(0), items: [{ product: 'tea', quantity: 2 }] }],
    ['an item that was not bought', { amount: eur(0), items: [{ product: 'pot', quantity: 1 }] }],
    ['more of an item than is left, named twice', { amount: eur(0), items: [{ product: 'cup', quantity: 1 }, { product: 'cup', quantity: 1 }] }],
  ])('refuses %s', (_, asked) => {
    given(Purchase, [bought, returned(1000, { quantity: 1, items: [{ product: 'tea', quantity: 1 }] })])
      .when(returnPurchase, { purchaseId: 'p1', ...asked })
      .thenRejected('more-returned-than-bought');
  });

  it('refuses another currency, units without money, and nothing at all', () => {
    const purchase = given(Purchase, [bought]);
    purchase.when(returnPurchase, { purchaseId: 'p1', amount: { amount: 1, currency: 'USD' } }).thenRejected('return-in-another-currency');
    purchase.when(returnPurchase, { purchaseId: 'p1', quantity: 1 }).thenRejected('return-amount-missing');
    purchase.when(returnPurchase, { purchaseId: 'p1', amount: eur(0) }).thenRejected('nothing-returned');
  });

  it('refuses a return before the purchase', () => {
    given(Purchase, [bought])
      .when(returnPurchase, { purchaseId: 'p1' }, { now: '2026-01-05T11:59:59.999Z' })
      .thenRejected('returned-before-purchase');
  });

  it('refuses a purchase that is unknown or was wholly returned', () => {
    given(Purchase, []).when(returnPurchase, { purchaseId: 'p1' }).thenRejected('purchase-not-found');
    given(Purchase, [bought, returned(3000, { whole: true })]).when(returnPurchase, { purchaseId: 'p1' }).thenRejected('purchase-already-returned');
  });
});

describe('Correcting a purchase', () => {
  const facts = { customerId: 'c1', purchasedAt: NOON, amount: eur(3000), quantity: 3, items, channel: 'shop' };
  const corrected = (to: object, money = 0) =>
    event(PurchaseCorrected, { purchaseId: 'p1', customerId: 'c1', from: facts, to: { ...facts, ...to }, returned: eur(money), reason: 'typing error' });

  it('keeps what was said before beside what is right', () => {
    given(Purchase, [bought]).when(correctPurchase, { purchaseId: 'p1', amount: eur(300), reason: 'typing error' }).then([corrected({ amount: eur(300) })]);
  });

  it('gives it to the rightful customer and to the rightful day', () => {
    given(Purchase, [bought])
      .when(correctPurchase, { purchaseId: 'p1', customerId: 'c2', purchasedAt: '2026-01-03T08:00:00+08:00', reason: 'typing error' })
      .then([{ ...corrected({ customerId: 'c2', purchasedAt: '2026-01-03T00:00:00.000Z' }), data: {
        ...corrected({ customerId: 'c2', purchasedAt: '2026-01-03T00:00:00.000Z' }).data, customerId: 'c2',
      } }]);
  });

  it('counts units again when the items change', () => {
    given(Purchase, [bought])
      .when(correctPurchase, { purchaseId: 'p1', items: [{ product: 'tea', quantity: 7 }], reason: 'typing error' })
      .then([corrected({ items: [{ product: 'tea', quantity: 7 }], quantity: 7 })]);
  });

  it('is the start of the next correction', () => {
    const first = corrected({ amount: eur(300) });
    const outcome = given(Purchase, [bought, first]).when(correctPurchase, { purchaseId: 'p1', amount: eur(400), reason: 'again' });
    expect(outcome.events[0]?.data).toMatchObject({ from: { amount: eur(300) }, to: { amount: eur(400) } });
  });

  it('changes nothing where it says what is already known', () => {
    given(Purchase, [bought]).when(correctPurchase, { purchaseId: 'p1', amount: eur(3000), channel: 'shop', reason: 'sure' }).then([]);
  });

  it('refuses less than what already went back', () => {
    const part = given(Purchase, [bought, returned(1000, { quantity: 1, items: [{ product: 'cup', quantity: 1 }] })]);
    part.when(correctPurchase, { purchaseId: 'p1', amount: eur(999), reason: 'x' }).thenRejected('more-returned-than-bought');
    part.when(correctPurchase, { purchaseId: 'p1', items: [{ product: 'tea', quantity: 3 }], reason: 'x' }).thenRejected('more-returned-than-bought');
    part.when(correctPurchase, { purchaseId: 'p1', amount: { amount: 3000, currency: 'USD' }, reason: 'x' }).thenRejected('return-in-another-currency');
  });

  it('tells readers how much already went back', () => {
    given(Purchase, [bought, returned(1000)])
      .when(correctPurchase, { purchaseId: 'p1', amount: eur(1000), reason: 'typing error' })
      .then([corrected({ amount: eur(1000) }, 1000)]);
  });

  it('refuses a day in the future or after a return', () => {
    const later = '2026-01-07T00:00:00.000Z';
    given(Purchase, [bought]).when(correctPurchase, { purchaseId: 'p1', purchasedAt: later, reason: 'x' }).thenRejected('time-in-the-future');
    given(Purchase, [bought, returned(1)])
      .when(correctPurchase, { purchaseId: 'p1', purchasedAt: later, reason: 'x' }, { now: '2026-02-01T00:00:00.000Z' })
      .thenRejected('returned-before-purchase');
  });
});
