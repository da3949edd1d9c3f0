import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { redeemPoints, RedeemPoints } from './commands/points.js';
import { Card, PointsCollected, PointsRedeemed } from './domain/card.js';
import { unusedPoints } from './processes/unused-points.js';
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

// #region process-tests
describe('points that nobody uses', () => {
  const collected = event(PointsCollected, { cardId: 'c1', customerId: 'ada', points: 100 });
  const redeemed = (points: number) => event(PointsRedeemed, { cardId: 'c1', customerId: 'ada', points });
  const card = given(unusedPoints).at('2026-01-05T12:00:00Z').events(collected);

  it('lapse after two years', () => {
    card.thenDeadline('lapse', '2028-01-05T12:00:00Z')
      .when(redeemed(30)).thenNoDeadline('reminder')
      .passes('2 years').thenCommands([RedeemPoints, { cardId: 'c1', customerId: 'ada', points: 70 }]);
  });

  it('lapse no more once all are used', () => {
    card.when(redeemed(100)).thenEnded().thenNoDeadline();
  });

  it('are left alone where the card has fewer by then', () => {
    card.passes('2 years').whenRejected(RedeemPoints, 'not-enough-points').thenEnded();
  });
});
// #endregion
