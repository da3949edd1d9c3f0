import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { redeemPoints } from './commands/points.js';
import { Card, PointsCollected, PointsRedeemed } from './domain/card.js';
import { cardPoints } from './views/card-points.view.js';

// #region tests
describe('redeeming points', () => {
  const collected = event(PointsCollected, { cardId: 'c1', customerId: 'ada', points: 100 });

  it('takes them off the card', () => {
    given(Card, [collected])
      .when(redeemPoints, { cardId: 'c1', customerId: 'ada', points: 30 })
      .then([event(PointsRedeemed, { cardId: 'c1', customerId: 'ada', points: 30 })]);
  });

  it('is refused where the card has fewer', () => {
    given(Card, [collected]).when(redeemPoints, { cardId: 'c1', customerId: 'ada', points: 101 }).thenRejected('not-enough-points');
  });

  it('shows in the view', () => {
    const redeemed = event(PointsRedeemed, { cardId: 'c1', customerId: 'ada', points: 30 });
    given(cardPoints, [collected, redeemed]).then('c1', { customerId: 'ada', points: 70, lastUsed: '2026-01-05T12:00:00.000Z' });
  });
});
// #endregion
