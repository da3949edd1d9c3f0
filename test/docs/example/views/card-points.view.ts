// #region view
import { view } from '#event-sourcing';
import { PointsCollected, PointsRedeemed } from '../domain/card.js';

interface CardPoints {
  customerId: string;
  points: number;
  lastUsed: string;
}

export const cardPoints = view<CardPoints>('card_points', {
  version: 1, summary: 'Points on each card', indexes: [{ customerId: 1 }], allow: ['sales', 'analyst'], personal: [], record: 'customerId',
})
  .key(({ data }) => data['cardId'])
  .on(PointsCollected, (card, { data, occurredAt }) => ({
    customerId: data.customerId,
    points: (card?.points ?? 0) + data.points,
    lastUsed: occurredAt,
  }))
  .on(PointsRedeemed, (card, { data, occurredAt }) => card && { ...card, points: card.points - data.points, lastUsed: occurredAt });
// #endregion
