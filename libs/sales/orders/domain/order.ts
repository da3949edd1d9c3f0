import { aggregate, DomainEvent, onKnown, Personal, Plain, stateMachine } from '#event-sourcing';
import { sumOf, zero, type Money } from '#money';
import { type Line, type Totals } from '../../domain/lines.js';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Units of a line; lines are counted from 1. */
export interface LineUnits {
  line: number;
  quantity: number;
}

@DomainEvent()
export class OrderPlaced {
  orderId!: string;
  customerId!: string;
  quoteId?: string;
  opportunityId?: string;
  @Plain() lines!: Line[];
  @Plain() totals!: Totals;
}

@DomainEvent()
export class OrderConfirmed {
  orderId!: string;
  customerId!: string;
  /** Date. */
  @Plain() promisedOn?: string;
}

@DomainEvent()
export class OrderLineShipped {
  orderId!: string;
  customerId!: string;
  line!: number;
  offeringId!: string;
  quantity!: number;
}

/** Everything was shipped. */
@DomainEvent()
export class OrderFulfilled {
  orderId!: string;
  customerId!: string;
  opportunityId?: string;
  @Plain() lines!: Line[];
  @Plain() totals!: Totals;
  placedAt!: string;
}

@DomainEvent()
export class OrderCancelled {
  orderId!: string;
  customerId!: string;
  opportunityId?: string;
  @Plain() totals!: Totals;
  @Personal() reason!: string;
}

@DomainEvent()
export class OrderReturned {
  orderId!: string;
  customerId!: string;
  @Plain() items!: LineUnits[];
  /** Money that goes back, taxes included. */
  amount!: Money;
  /** Nothing is left of it. */
  whole!: boolean;
  @Personal() reason?: string;
}

export type OrderStatus = 'placed' | 'confirmed' | 'shipping' | 'fulfilled' | 'cancelled' | 'returned';

export interface KnownOrder {
  status: OrderStatus;
  customerId: string;
  opportunityId?: string;
  lines: Line[];
  totals: Totals;
  placedAt: string;
  /** Units by line. */
  shipped: number[];
  returned: number[];
  refunded: Money;
}

/** Null: none was placed under this id. */
export type OrderState = KnownOrder | null;

const on = onKnown<KnownOrder>();

export const Order = aggregate<'order', OrderState>('order', null)
  .on(OrderPlaced, (_, { customerId, opportunityId, lines, totals }, { occurredAt }) => ({
    status: 'placed', customerId, lines, totals, placedAt: occurredAt, ...(opportunityId !== undefined && { opportunityId }),
    shipped: lines.map(() => 0), returned: lines.map(() => 0), refunded: zero(totals.gross.currency),
  }))
  .on(OrderConfirmed, on(() => ({ status: 'confirmed' })))
  .on(OrderLineShipped, on(({ shipped }, { line, quantity }) => ({ status: 'shipping', shipped: shipped.with(line - 1, shipped[line - 1]! + quantity) })))
  .on(OrderFulfilled, on(() => ({ status: 'fulfilled' })))
  .on(OrderCancelled, on(() => ({ status: 'cancelled' })))
  .on(OrderReturned, on((order, { items, amount, whole }) => ({
    ...(whole && { status: 'returned' as const }), returned: withUnits(order.returned, items), refunded: sumOf(amount.currency, [order.refunded, amount]),
  })));

/** What is possible with an order in each state. */
export const orderFor = stateMachine<OrderStatus>('order', {
  placed: ['ConfirmOrder', 'CancelOrder'],
  confirmed: ['ShipOrderLine', 'CancelOrder'],
  shipping: ['ShipOrderLine', 'ReturnOrder'],
  fulfilled: ['ReturnOrder'],
  cancelled: [],
  returned: [],
});

export function withUnits(units: readonly number[], items: readonly LineUnits[]): number[] {
  const sum = [...units];
  for (const { line, quantity } of items) sum[line - 1] = (sum[line - 1] ?? 0) + quantity;
  return sum;
}
