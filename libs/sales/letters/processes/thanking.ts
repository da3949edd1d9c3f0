import { dispatch, end, process } from '#event-sourcing';
import { OrderFulfilled } from '../../orders/domain/order.js';
import { SendThankYouLetter } from '../commands/thank-you.js';

/** Thanks a customer when everything that they ordered has left the house. An instance is an order. */
export const thanking = process<null>('thanking', null, { summary: 'Thanks customers for orders that are fulfilled.' })
  .startsOn(OrderFulfilled, ({ data }) => data.orderId, (_, { data: { orderId, customerId, totals } }) => [
    dispatch(SendThankYouLetter, { letterId: `thanks-${orderId}`, customerId, orderId, amount: totals.gross }), end(),
  ]);
