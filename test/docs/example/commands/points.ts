import { IsInt, Min } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { IsId } from '#event-sourcing/validation';
import { Card, PointsCollected, PointsRedeemed } from '../domain/card.js';

@Command({ summary: 'Adds points to a card', allow: ['sales', 'service'] })
export class CollectPoints {
  @IsId() cardId!: string;
  @IsId() customerId!: string;
  @IsInt() @Min(1) points!: number;
}

export const collectPoints = decide(Card, CollectPoints, ({ cardId, customerId, points }) =>
  event(PointsCollected, { cardId, customerId, points }),
);

// #region command
@Command({ summary: 'Redeems points of a card', allow: ['sales', 'service'] })
export class RedeemPoints {
  @IsId() cardId!: string;
  @IsId() customerId!: string;
  @IsInt() @Min(1) points!: number;
}

export const redeemPoints = decide(Card, RedeemPoints, ({ cardId, customerId, points }, card) => {
  if (points > card.points) {
    throw wrongState('not-enough-points', `Card ${cardId} has ${card.points} points; redeem at most that many.`);
  }
  return event(PointsRedeemed, { cardId, customerId, points });
});
// #endregion
