import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { event, type NewEvent } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { lineOf, totalsOf } from '../domain/lines.js';
import { cancelOrder, confirmOrder, placeOrder, returnOrder, shipOrderLine } from './commands/orders.js';
import { Order, OrderConfirmed, OrderFulfilled, OrderLineShipped, OrderPlaced, type OrderReturned } from './domain/order.js';
import { orders } from './views/orders.view.js';

const NOON = '2026-01-05T12:00:00.000Z';
const eur = (amount: number) => ({ amount, currency: 'EUR' });
const orderId = 'o1';
const lines = [lineOf({ offeringId: 'tea', quantity: 3, unitPrice: eur(333), taxPercent: 7 }), lineOf({ offeringId: 'cup', quantity: 1, unitPrice: eur(500), taxPercent: 19 })];
const placed = event(OrderPlaced, { orderId, customerId: 'c1', lines, totals: totalsOf(lines) });
const confirmed = event(OrderConfirmed, { orderId, customerId: 'c1' });
const shipped = (line: number, quantity: number) => event(OrderLineShipped, { orderId, customerId: 'c1', line, offeringId: lines[line - 1]!.offeringId, quantity });
const fulfilled = event(OrderFulfilled, { orderId, customerId: 'c1', lines, totals: totalsOf(lines), placedAt: NOON });
const all = [placed, confirmed, shipped(1, 3), shipped(2, 1), fulfilled];
const customer = { status: 'active', deactivated: false, blacklisted: false };

describe('an order', () => {
  const quote = { status: 'accepted', customerId: 'c1', opportunityId: 'opp', pricelistId: 'p', version: 1, offer: { lines, totals: totalsOf(lines), validUntil: NOON } };
  const known = { wanting: {}, terms: { customer }, quote };

  it('is what an accepted quote says', () => {
    given(Order, []).when(placeOrder, { orderId, customerId: 'c1', quoteId: 'q1' }, {}, known).then([event(OrderPlaced, { orderId, customerId: 'c1', opportunityId: 'opp', quoteId: 'q1', lines, totals: totalsOf(lines) })]);
    given(Order, []).when(placeOrder, { orderId, customerId: 'c2', quoteId: 'q1' }, {}, known).thenRejected('quote-of-another');
    given(Order, []).when(placeOrder, { orderId, customerId: 'c1', quoteId: 'q1' }, {}, { ...known, quote: { ...quote, status: 'issued' } }).thenRejected('quote-issued');
    given(Order, []).when(placeOrder, { orderId, customerId: 'c1' }, {}, known).thenRejected('nothing-ordered');
  });

  it('is shipped line by line, and fulfilled with the last unit', () => {
    given(Order, [placed]).when(shipOrderLine, { orderId, line: 1, quantity: 1 }).thenRejected('order-placed');
    given(Order, [placed]).when(confirmOrder, { orderId }).then([confirmed]);
    given(Order, [placed, confirmed]).when(shipOrderLine, { orderId, line: 1, quantity: 2 }).then([shipped(1, 2)]);
    given(Order, [placed, confirmed, shipped(1, 2), shipped(2, 1)]).when(shipOrderLine, { orderId, line: 1, quantity: 1 }).then([shipped(1, 1), fulfilled]);
    given(Order, [placed, confirmed, shipped(1, 2)]).when(shipOrderLine, { orderId, line: 1, quantity: 2 }).thenRejected('more-than-ordered');
    given(Order, [placed, confirmed]).when(shipOrderLine, { orderId, line: 3, quantity: 1 }).thenRejected('line-unknown');
  });

  it('is cancelled only before anything was shipped, and the refusal says what is possible', () => {
    expect(given(Order, [placed, confirmed]).when(cancelOrder, { orderId, reason: 'Too late' }).events).toHaveLength(1);
    const outcome = given(Order, [placed, confirmed, shipped(1, 1)]).when(cancelOrder, { orderId, reason: 'Too late' });
    outcome.thenRejected('order-shipping');
    expect(outcome.error?.message).toContain('possible now: ShipOrderLine, ReturnOrder');
  });

  it('gives back no more than was shipped', () => {
    given(Order, [placed, confirmed, shipped(1, 2)]).when(returnOrder, { orderId, items: [{ line: 1, quantity: 3 }] }).thenRejected('more-than-shipped');
    given(Order, all).when(returnOrder, { orderId, items: [{ line: 1, quantity: 2 }, { line: 1, quantity: 2 }] }).thenRejected('more-than-shipped');
  });

  it('refunds what units cost with taxes, and to the last cent what was paid when all of them came back', () => {
    const gross = totalsOf(lines).gross.amount;
    fc.assert(fc.property(fc.shuffledSubarray([1, 1, 1, 2], { minLength: 4 }), (sequence) => {
      const history: NewEvent[] = [...all];
      const amounts = sequence.map((line) => {
        const returned = given(Order, history).when(returnOrder, { orderId, items: [{ line, quantity: 1 }] }).events[0]!;
        history.push(returned);
        return (returned.data as OrderReturned).amount.amount;
      });
      expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(gross);
      expect(Math.min(...amounts)).toBeGreaterThanOrEqual(0);
      expect((history.at(-1)!.data as OrderReturned).whole).toBe(true);
      expect(given(orders, history).rows().get(orderId)).toMatchObject({ status: 'returned', due: eur(0), refunded: eur(gross) });
    }), { numRuns: 20 });
  });
});
