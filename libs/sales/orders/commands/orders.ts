import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, invalid, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsListOf, IsText } from '#event-sourcing/validation';
import { IsUnits, SalesCommand } from '../../commands/fields.js';
import { refuseUnlessDealable } from '../../commands/knowing.js';
import { totalsOf } from '../../domain/lines.js';
import { linesWanted, termsKnown, WantedFields } from '../../pricing/commands/wanted.js';
import { Quote, quoteFor } from '../../quotes/domain/quote.js';
import { Order, OrderCancelled, OrderConfirmed, orderFor, OrderFulfilled, OrderLineShipped, OrderPlaced, OrderReturned } from '../domain/order.js';
import { isFulfilledBy, isWhollyReturned, refundFor, refuseMoreThanOrdered, refuseMoreThanShipped } from '../domain/shipping.js';

abstract class OrderCommand extends SalesCommand {
  @IsId() orderId!: string;
}

@Command({ summary: 'A customer orders: what a quote that they accepted says, or lines at the prices of a list.', allow: ['manager', 'sales'] })
export class PlaceOrder extends OrderCommand {
  @IsId() customerId!: string;
  /** A quote that was accepted; its lines and prices are those of the order. */
  @IsOptional() @IsId() quoteId?: string;
  @IsOptional() @IsId() opportunityId?: string;
  /** Without a quote: whose prices count. */
  @IsOptional() @IsId() pricelistId?: string;
  @IsOptional() @IsId() discountId?: string;
  @IsOptional() @IsListOf(() => WantedFields) lines?: WantedFields[];
}

async function asked(command: PlaceOrder, stateOf: StateReader) {
  const { quoteId, pricelistId = '', lines = [], ...facts } = factsOf(command);
  const wanting = { ...facts, pricelistId, lines };
  return { wanting, terms: await termsKnown(wanting, stateOf), quote: quoteId === undefined ? null : await stateOf(Quote, quoteId) };
}

export const placeOrder = decide(Order, PlaceOrder, (command, state, { occurredAt }, { wanting, terms, quote }) => {
  const { orderId, customerId, quoteId, opportunityId, pricelistId, lines: wanted } = factsOf(command);
  if (state) throw wrongState('order-already-placed', `Order ${orderId} was placed already; take another id.`);
  const said = { orderId, customerId, ...(opportunityId !== undefined && { opportunityId }) };
  if (quoteId === undefined) {
    if (!wanted || pricelistId === undefined) throw invalid('nothing-ordered', 'Give quoteId, or pricelistId and lines.');
    const lines = linesWanted(wanting, terms, occurredAt);
    return event(OrderPlaced, { ...said, lines, totals: totalsOf(lines) });
  }
  refuseUnlessDealable(command, terms.customer);
  const { customerId: quotedTo, opportunityId: of, offer: { lines, totals } } = quoteFor('PlaceOrder', quote, quoteId);
  if (wanted) throw invalid('lines-are-quoted', 'The lines are those of the quote; leave lines out, or quoteId.');
  if (quotedTo !== customerId) throw invalid('quote-of-another', `Quote ${quoteId} was issued to customer ${quotedTo}; name that customer.`);
  return event(OrderPlaced, { ...(of !== undefined && { opportunityId: of }), ...said, quoteId, lines, totals });
}, asked);

@Command({ summary: 'The firm confirms an order.', allow: ['manager', 'sales', 'service'] })
export class ConfirmOrder extends OrderCommand {
  @IsOptional() @IsIsoDate() promisedOn?: string;
}

export const confirmOrder = decide(Order, ConfirmOrder, (command, state) => event(OrderConfirmed, { ...factsOf(command), customerId: orderFor('ConfirmOrder', state, command.orderId).customerId }));

@Command({ summary: 'Units of a line leave the house; when all have, the order is fulfilled.', allow: ['manager', 'sales', 'service'] })
export class ShipOrderLine extends OrderCommand {
  /** Counted from 1. */
  @IsInt() @Min(1) @Max(500) line!: number;
  @IsUnits() quantity!: number;
}

export const shipOrderLine = decide(Order, ShipOrderLine, (command, state) => {
  const order = orderFor('ShipOrderLine', state, command.orderId);
  refuseMoreThanOrdered(order, command);
  const { customerId, opportunityId, lines, totals, placedAt } = order;
  const { orderId, line, quantity } = command;
  const shipped = event(OrderLineShipped, { orderId, customerId, line, offeringId: lines[line - 1]!.offeringId, quantity });
  if (!isFulfilledBy(order, command)) return shipped;
  return [shipped, event(OrderFulfilled, { orderId, customerId, ...(opportunityId !== undefined && { opportunityId }), lines, totals, placedAt })];
});

@Command({ summary: 'An order of which nothing was shipped is cancelled.', allow: ['manager', 'sales', 'service'] })
export class CancelOrder extends OrderCommand {
  @IsText(500) reason!: string;
}

export const cancelOrder = decide(Order, CancelOrder, (command, state) => {
  const { customerId, opportunityId, totals } = orderFor('CancelOrder', state, command.orderId);
  return event(OrderCancelled, { ...factsOf(command), customerId, totals, ...(opportunityId !== undefined && { opportunityId }) });
});

export class LineUnitsFields {
  /** Counted from 1. */
  @IsInt() @Min(1) @Max(500) line!: number;
  @IsUnits() quantity!: number;
}

@Command({ summary: 'Units that were shipped come back; what goes back for them is worked out.', allow: ['manager', 'sales', 'service'] })
export class ReturnOrder extends OrderCommand {
  @IsListOf(() => LineUnitsFields) items!: LineUnitsFields[];
  @IsOptional() @IsText(500) reason?: string;
}

export const returnOrder = decide(Order, ReturnOrder, (command, state) => {
  const order = orderFor('ReturnOrder', state, command.orderId);
  const facts = factsOf(command);
  refuseMoreThanShipped(order, facts.items);
  return event(OrderReturned, { ...facts, customerId: order.customerId, amount: refundFor(order, facts.items), whole: isWhollyReturned(order, facts.items) });
});
