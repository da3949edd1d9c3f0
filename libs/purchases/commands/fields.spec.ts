import { describe, expect, it } from '@jest/globals';
import { faultsIn } from '#event-sourcing/validation/testing';
import { RecordPurchase } from './record-purchase.js';
import { ReturnPurchase } from './return-purchase.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const purchase = { purchaseId: 'p1', customerId: 'c1', amount: eur(100) };

describe('RecordPurchase', () => {
  it('takes an amount of 0, items, and a time in the past', () => {
    const items = [{ product: 'tea', quantity: 2, amount: eur(0) }];
    expect(faultsIn(RecordPurchase, { ...purchase, amount: eur(0), items, channel: 'web', place: 'Hamburg', occurredAt: '2020-02-29' })).toEqual([]);
  });

  it.each([
    ['a negative amount', { amount: eur(-1) }, 'amount.amount'],
    ['fractions of minor units', { amount: eur(0.5) }, 'amount.amount'],
    ['a currency that does not exist', { amount: { amount: 1, currency: 'EUX' } }, 'amount.currency'],
    ['a bare number as amount', { amount: 100 }, 'amount'],
    ['no units', { quantity: 0 }, 'quantity'],
    ['an empty list of items', { items: [] }, 'items'],
    ['an item without units', { items: [{ product: 'tea' }] }, 'items.0.quantity'],
    ['a negative amount of an item', { items: [{ product: 'tea', quantity: 1, amount: eur(-1) }] }, 'items.0.amount.amount'],
    ['a field that it does not have', { colour: 'red' }, 'colour'],
  ])('refuses %s', (_, fields, path) => {
    expect(faultsIn(RecordPurchase, { ...purchase, ...fields })).toEqual([path]);
  });
});

describe('ReturnPurchase', () => {
  it('needs no more than the purchase', () => {
    expect(faultsIn(ReturnPurchase, { purchaseId: 'p1' })).toEqual([]);
    expect(faultsIn(ReturnPurchase, { purchaseId: 'p1', amount: eur(-1) })).toEqual(['amount.amount']);
  });
});
