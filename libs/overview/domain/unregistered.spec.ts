import { expect, it } from '@jest/globals';
import { given } from '#event-sourcing/testing';
import { event } from '#event-sourcing';
import { PurchaseReturned } from '#purchases';
import { attributed, bought, factsOf, history, met, on, registered } from '../testing/history.js';
import { customer360, type Customer360Row } from '../views/customer-360.view.js';
import { unregisteredAmong } from './unregistered.js';

async function* rowsAfter(...events: Parameters<typeof history>): AsyncGenerator<Customer360Row> {
  yield* given(customer360, history(...events)).rows().values();
}

it('tells of whom something was recorded before anybody registered them, and no more once somebody does', async () => {
  const before: Parameters<typeof history> = [['2026-01-01', bought('p1', 500)], ['2026-01-03', met('i1')]];
  expect(await unregisteredAmong(rowsAfter(...before))).toEqual({
    customers: 1, purchases: 1, interactions: 1, first: [{ customerId: 'c1', purchases: 1, interactions: 1, last: on('2026-01-03') }],
  });
  expect(await unregisteredAmong(rowsAfter(...before, ['2026-01-04', registered()]))).toEqual({ customers: 0, purchases: 0, interactions: 0, first: [] });
});

it('tells of nobody whose last purchase and interaction turned out to be another\'s or went back', async () => {
  const gone = event(PurchaseReturned, { purchaseId: 'p1', customerId: 'c1', amount: { amount: 500, currency: 'EUR' }, purchasedAt: on('2026-01-01'), whole: true });
  const { first } = await unregisteredAmong(rowsAfter(['2026-01-01', bought('p1', 500)], ['2026-01-02', gone], ['2026-01-03', met('i1')], ['2026-01-04', attributed('i1', factsOf('2026-01-03'))]));
  expect(first).toEqual([{ customerId: 'c2', purchases: 0, interactions: 1, last: on('2026-01-03') }]);
});
