import { aggregate, DomainEvent } from '#event-sourcing';

// #region event
// Names of events and of their fields are the storage format: they change only through an upcaster.
@DomainEvent()
export class PointsCollected {
  cardId!: string;
  customerId!: string;
  points!: number;
}
// #endregion

@DomainEvent()
export class PointsRedeemed {
  cardId!: string;
  customerId!: string;
  points!: number;
}

// #region aggregate
export interface CardState {
  points: number;
}

const empty: CardState = { points: 0 };

export const Card = aggregate('card', empty)
  .on(PointsCollected, (card, { points }) => ({ points: card.points + points }))
  .on(PointsRedeemed, (card, { points }) => ({ points: card.points - points }));
// #endregion
