import { sendMail } from '#delivery';
import { dispatch, end, process } from '#event-sourcing';
import { formatMoney } from '#money';
import { OrderFulfilled } from '../../orders/domain/order.js';
import { SendThankYouLetter } from '../commands/thank-you.js';
import { ThankYouLetterSent } from '../domain/letter.js';

const order = ({ data }: { data: { orderId: string } }): string => data.orderId;

/** Thanks a customer when everything that they ordered has left the house. An instance is an order. */
export const thanking = process<null>('thanking', null, { summary: 'Thanks customers for orders that are fulfilled.' })
  .startsOn(OrderFulfilled, order, (_, { data: { orderId, customerId, totals } }) => dispatch(SendThankYouLetter, { letterId: `thanks-${orderId}`, customerId, orderId, amount: totals.gross }))
  .on(ThankYouLetterSent, order, (_, { data: { orderId, customerId, amount, email } }) => [
    sendMail({
      customerId, reference: orderId, ...(email !== undefined && { to: [email] }), subject: 'Thank you for your order',
      text: `All that you ordered with order ${orderId}, for ${formatMoney(amount)}, is on its way. Thank you for your trust.`,
    }),
    end(),
  ]);
