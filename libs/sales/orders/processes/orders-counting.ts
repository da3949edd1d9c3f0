import { dispatch, end, process } from '#event-sourcing';
import { RecordPurchase, ReturnPurchase } from '#purchases';
import { WinOpportunity } from '../../opportunities/commands/end-opportunity.js';
import { OrderFulfilled, OrderPlaced, OrderReturned } from '../domain/order.js';

const order = ({ data }: { data: { orderId: string } }): string => data.orderId;
const purchaseOf = (orderId: string): string => `order-${orderId}`;

/**
 * An order wins the opportunity that it is for, counts as a purchase when it is fulfilled, and what comes back of it is
 * taken off that. An instance is an order.
 */
export const ordersCounting = process<null>('orderscounting', null, { summary: 'Counts orders: as the win of their opportunity, and as purchases.' })
  .startsOn(OrderPlaced, order, (_, { data: { opportunityId, totals } }, { id }) => (opportunityId === undefined ? [] : dispatch(WinOpportunity, { opportunityId, value: totals.net, orderId: id })))
  .startsOn(OrderFulfilled, order, (_, { data: { customerId, lines, totals }, occurredAt }, { id }) => dispatch(RecordPurchase, {
    purchaseId: purchaseOf(id), customerId, amount: totals.gross, occurredAt,
    items: lines.map(({ offeringId, quantity, net }) => ({ product: offeringId, quantity, amount: net })), channel: 'order',
  }))
  .on(OrderReturned, order, (_, { data: { amount, whole }, occurredAt }, { id }) => [
    dispatch(ReturnPurchase, { purchaseId: purchaseOf(id), occurredAt, ...(whole ? {} : { amount }) }), ...(whole ? [end()] : []),
  ])
  .onRejected(WinOpportunity, () => []);
