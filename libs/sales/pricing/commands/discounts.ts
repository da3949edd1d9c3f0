import { IsOptional } from 'class-validator';
import { Command, decide, event, invalid, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { IsPercent, SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { Discount, discountFor, DiscountGranted, DiscountRefused, DiscountRequested } from '../domain/discount.js';

abstract class DiscountCommand extends SalesCommand {
  @IsId() discountId!: string;
}

@Command({ summary: 'Asks for a discount for a customer, for one offering or for all.', allow: ['manager', 'sales'] })
export class RequestDiscount extends DiscountCommand {
  @IsId() customerId!: string;
  @IsOptional() @IsId() offeringId?: string;
  @IsPercent() percent!: number;
  @IsText(500) reason!: string;
}

export const requestDiscount = decide(Discount, RequestDiscount, (command, state, _, customer) => {
  if (state) throw wrongState('discount-already-requested', `Discount ${command.discountId} was asked for already; take another id.`);
  refuseUnlessDealable(command, customer);
  return event(DiscountRequested, factsOf(command));
}, customerNamed);

@Command({ summary: 'Grants a discount that was asked for, or a part of it.', allow: ['manager'] })
export class GrantDiscount extends DiscountCommand {
  /** Default: what was asked for. */
  @IsOptional() @IsPercent() percent?: number;
}

export const grantDiscount = decide(Discount, GrantDiscount, ({ discountId, percent }, state) => {
  const discount = discountFor('GrantDiscount', state, discountId);
  if (percent !== undefined && percent > discount.percent) throw invalid('more-than-asked', `${discount.percent} % were asked for; grant at most that.`);
  return event(DiscountGranted, { discountId, customerId: discount.customerId, percent: percent ?? discount.percent });
});

@Command({ summary: 'Refuses a discount that was asked for.', allow: ['manager'] })
export class RefuseDiscount extends DiscountCommand {
  @IsText(500) reason!: string;
}

export const refuseDiscount = decide(Discount, RefuseDiscount, (command, state) => {
  const { customerId } = discountFor('RefuseDiscount', state, command.discountId);
  return event(DiscountRefused, { ...factsOf(command), customerId });
});
