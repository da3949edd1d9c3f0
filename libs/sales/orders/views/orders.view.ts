import { onRow, view } from '#event-sourcing';
import { difference, sumOf, zero, type Money } from '#money';
import { type Line, type Totals } from '../../domain/lines.js';
import { OrderCancelled, OrderConfirmed, OrderFulfilled, OrderLineShipped, OrderPlaced, OrderReturned, withUnits, type OrderStatus } from '../domain/order.js';

export interface OrderRow {
  customerId: string;
  quoteId?: string;
  opportunityId?: string;
  status: OrderStatus;
  lines: Line[];
  totals: Totals;
  /** Units by line. */
  shipped: number[];
  returned: number[];
  refunded: Money;
  /** To be paid, less what goes back; nothing of a cancelled order. */
  due: Money;
  placedAt: string;
  confirmedAt?: string;
  promisedOn?: string;
  fulfilledAt?: string;
  cancelledAt?: string;
  cancelledBecause?: string;
}

export const orders = view<OrderRow>('orders', {
  version: 1,
  summary: 'Every order with what was shipped and returned of each line.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['cancelledBecause'],
  record: 'customerId',
  indexes: [{ customerId: 1, placedAt: -1 }, { status: 1, placedAt: 1 }, { opportunityId: 1 }],
})
  .key(({ data }) => data.orderId)
  .on(OrderPlaced, (_, { data: { orderId: __, ...said }, occurredAt }) => ({
    ...said, status: 'placed', shipped: said.lines.map(() => 0), returned: said.lines.map(() => 0),
    refunded: zero(said.totals.gross.currency), due: said.totals.gross, placedAt: occurredAt,
  }))
  .on(OrderConfirmed, onRow((_, { data: { promisedOn }, occurredAt }) => ({ status: 'confirmed', confirmedAt: occurredAt, ...(promisedOn !== undefined && { promisedOn }) })))
  .on(OrderLineShipped, onRow(({ shipped }, { data }) => ({ status: 'shipping', shipped: withUnits(shipped, [data]) })))
  .on(OrderFulfilled, onRow((_, { occurredAt }) => ({ status: 'fulfilled', fulfilledAt: occurredAt })))
  .on(OrderCancelled, onRow(({ due }, { data: { reason }, occurredAt }) => ({ status: 'cancelled', cancelledAt: occurredAt, cancelledBecause: reason, due: zero(due.currency) })))
  .on(OrderReturned, onRow(({ returned, refunded, due }, { data: { items, amount, whole } }) => ({
    returned: withUnits(returned, items), refunded: sumOf(amount.currency, [refunded, amount]), due: difference(due, amount), ...(whole && { status: 'returned' as const }),
  })));
