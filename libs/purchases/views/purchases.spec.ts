import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from '../domain/events.js';
import { purchases } from './purchases.view.js';
import { purchaseLedger } from './purchase-ledger.view.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const BOUGHT = '2026-01-01T10:00:00.000Z';
const LATER = '2026-01-09T10:00:00.000Z';

const bought = recorded(event(PurchaseRecorded, { purchaseId: 'p1', customerId: 'c1', amount: eur(3000), channel: 'shop' }), { position: 1, occurredAt: BOUGHT });
const partReturned = recorded(
  event(PurchaseReturned, { purchaseId: 'p1', customerId: 'c1', purchasedAt: BOUGHT, amount: eur(1000), whole: false }),
  { position: 2, occurredAt: LATER },
);
const facts = { customerId: 'c1', purchasedAt: BOUGHT, amount: eur(3000), channel: 'shop' };
const moved = recorded(
  event(PurchaseCorrected, { purchaseId: 'p1', customerId: 'c2', from: facts, to: { ...facts, customerId: 'c2', amount: eur(2500) }, returned: eur(1000), reason: 'wrong customer' }),
  { position: 3, occurredAt: LATER },
);

describe('purchases', () => {
  it('show a purchase as it stands after a return and a correction', () => {
    given(purchases, [bought, partReturned, moved]).then('p1', {
      purchaseId: 'p1', customerId: 'c2', purchasedAt: BOUGHT, amount: eur(2500), returned: eur(1000), net: eur(1500),
      channel: 'shop', status: 'partly-returned', corrections: 1, changedAt: LATER,
    });
  });

  it('keep a wholly returned purchase, marked', () => {
    const back = event(PurchaseReturned, { purchaseId: 'p1', customerId: 'c1', purchasedAt: BOUGHT, amount: eur(3000), whole: true });
    expect(given(purchases, [bought, recorded(back, { position: 2 })]).rows().get('p1')).toMatchObject({ status: 'returned', net: eur(0) });
  });
});

describe('The purchase ledger', () => {
  const sums = (history: (typeof bought | typeof partReturned | typeof moved)[]) => {
    const sum: Record<string, number> = {};
    for (const { customerId, amount } of given(purchaseLedger, history).rows().values()) sum[customerId] = (sum[customerId] ?? 0) + amount.amount;
    return sum;
  };

  it('posts a return on its own day', () => {
    const entries = [...given(purchaseLedger, [bought, partReturned]).rows().values()];
    expect(entries.map(({ kind, at, amount }) => ({ kind, at, amount: amount.amount }))).toEqual([
      { kind: 'purchase', at: BOUGHT, amount: 3000 },
      { kind: 'return', at: LATER, amount: -1000 },
    ]);
  });

  it('adds up to the net purchases of each customer, also when a purchase moves to its rightful one', () => {
    expect(sums([bought, partReturned])).toEqual({ c1: 2000 });
    expect(sums([bought, partReturned, moved])).toEqual({ c1: 0, c2: 1500 });
  });

  it('has the postings in the order of recording', () => {
    expect([...given(purchaseLedger, [bought, partReturned]).rows().keys()]).toEqual(['0000000000000001', '0000000000000002']);
  });
});
