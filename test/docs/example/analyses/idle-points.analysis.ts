// #region analysis
import { IsInt, Min } from 'class-validator';
import { analysis } from '#event-sourcing';
import { cardPoints } from '../views/card-points.view.js';

class IdlePointsParameters {
  @IsInt() @Min(1) days = 90;
}

export const idlePoints = analysis('idle_points', {
  version: 1, summary: 'Points on cards that were not used for so many days', allow: ['analyst', 'manager'], personal: [], record: 'customerId',
  parameters: IdlePointsParameters,
  columns: { customerId: 'text', points: 'integer', idleDays: { type: 'integer', unit: 'days' } },
})
  .reads({ cards: cardPoints })
  .computes(({ cards }, { now, parameters }) => {
    const idle = cards.map(({ customerId, points, lastUsed }) => ({ customerId, points, idleDays: Math.floor((Date.parse(now) - Date.parse(lastUsed)) / 86_400_000) }));
    const rows = idle.filter(({ idleDays }) => idleDays >= parameters.days);
    return { rows, summary: { cards: rows.length, points: rows.reduce((sum, { points }) => sum + points, 0) } };
  });
// #endregion
