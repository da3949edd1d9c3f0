// #region process
import { plus } from '#calendar';
import { sendMail } from '#delivery';
import { cancelDeadline, dispatch, end, process, remember, setDeadline } from '#event-sourcing';
import { RedeemPoints } from '../commands/points.js';
import { PointsCollected, PointsRedeemed } from '../domain/card.js';

interface Unused {
  customerId: string;
  points: number;
}

const card = ({ data }: { data: { cardId: string } }) => data.cardId;

export const unusedPoints = process<Unused>('unusedpoints', { customerId: '', points: 0 }, { summary: 'Points lapse after two years' })
  .startsOn(PointsCollected, card, ({ points }, { data, occurredAt }) => [
    remember({ customerId: data.customerId, points: points + data.points }),
    setDeadline('reminder', plus(occurredAt, { months: 23 })),
    setDeadline('lapse', plus(occurredAt, { years: 2 })),
  ])
  .on(PointsRedeemed, card, (known, { data }) =>
    (data.points === known.points ? end() : [remember({ ...known, points: known.points - data.points }), cancelDeadline('reminder')]))
  .onDeadline('reminder', ({ customerId, points }, _, { id }) =>
    sendMail({ customerId, reference: id, subject: 'Points are about to lapse', text: `Card ${id} has ${points} points; they lapse in a month.` }))
  .onDeadline('lapse', ({ customerId, points }, _, { id }) => dispatch(RedeemPoints, { cardId: id, customerId, points }))
  .onRejected(RedeemPoints, (_, { code }) => (code === 'not-enough-points' ? end() : []));
// #endregion
