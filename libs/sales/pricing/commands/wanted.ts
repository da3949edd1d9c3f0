import { IsOptional } from 'class-validator';
import { type StateReader } from '#event-sourcing';
import { IsId } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue, IsPercent, IsUnits } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { type Line } from '../../domain/lines.js';
import { Offering, sold } from '../../offerings/domain/offering.js';
import { CustomerPrices } from '../domain/customer-prices.js';
import { Discount } from '../domain/discount.js';
import { PriceList } from '../domain/price-list.js';
import { pricedLines } from '../domain/priced-lines.js';

/** A line of a quote or an order. */
export class WantedFields {
  @IsId() offeringId!: string;
  @IsUnits() quantity!: number;
  /** Beyond what the price list lets everybody give, discountId has to name one that was granted. */
  @IsOptional() @IsPercent() discountPercent?: number;
  /** Of the net amount. */
  @IsPercent() taxPercent!: number;
  /** Of what the price list has no price of. */
  @IsOptional() @IsAmountDue() unitPrice?: AmountDue;
}

interface Wanting {
  customerId: string;
  pricelistId: string;
  discountId?: string;
  lines: WantedFields[];
}

/** What has to be known to price lines. */
export async function termsKnown(command: Wanting, stateOf: StateReader) {
  const { customerId, discountId, pricelistId, lines } = command;
  const [customer, list, own, discount, offerings] = await Promise.all([
    customerNamed(command, stateOf), stateOf(PriceList, pricelistId), stateOf(CustomerPrices, customerId), discountId === undefined ? null : stateOf(Discount, discountId),
    Promise.all(lines.map(({ offeringId }) => stateOf(Offering, offeringId))),
  ]);
  return { customer, list, own, discount, offerings };
}

/** The lines with the prices of the moment. @throws Rejection the customer, an offering, a price or the discount is not there. */
export function linesWanted(command: Wanting, known: Awaited<ReturnType<typeof termsKnown>>, moment: string): Line[] {
  const { customerId, pricelistId, discountId, lines } = command;
  refuseUnlessDealable(command, known.customer);
  lines.forEach(({ offeringId }, index) => sold(known.offerings[index] ?? null, offeringId));
  return pricedLines(lines.map((line) => ({ ...line })), { pricelistId, customerId, list: known.list, own: known.own, discount: known.discount, moment, ...(discountId !== undefined && { discountId }) });
}
