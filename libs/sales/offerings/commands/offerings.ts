import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import {
  CustomerOfferingLinked, Offering, OFFERING_KINDS, OFFERING_LINKS, OfferingDefined, offeringFound, OfferingRetired, sold, type OfferingKind, type OfferingLink,
} from '../domain/offering.js';

abstract class OfferingCommand extends SalesCommand {
  @IsId() offeringId!: string;
}

@Command({ summary: 'Defines a product or service that the firm sells.', allow: ['manager'] })
export class DefineOffering extends OfferingCommand {
  @IsText(200) name!: string;
  @IsIn(OFFERING_KINDS) kind!: OfferingKind;
  /** The family that it belongs to. */
  @IsOptional() @IsText(100) series?: string;
}

export const defineOffering = decide(Offering, DefineOffering, (command, state) => {
  if (state) throw wrongState('offering-already-defined', `Offering ${command.offeringId} is defined already; take another id.`);
  return event(OfferingDefined, factsOf(command));
});

@Command({ summary: 'Says that a product or service is sold no longer.', allow: ['manager'] })
export class RetireOffering extends OfferingCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const retireOffering = decide(Offering, RetireOffering, (command, state) => (offeringFound(state, command.offeringId).retired ? [] : event(OfferingRetired, factsOf(command))));

@Command({ summary: 'Ties a customer to a product or service: interested, uses, resells or supplies it.', allow: ['manager', 'sales'] })
export class LinkCustomerOffering extends OfferingCommand {
  @IsId() customerId!: string;
  @IsIn(OFFERING_LINKS) link!: OfferingLink;
}

export const linkCustomerOffering = decide(Offering, LinkCustomerOffering, (command, state, _, customer) => {
  sold(state, command.offeringId);
  refuseUnlessDealable(command, customer);
  return event(CustomerOfferingLinked, factsOf(command));
}, customerNamed);
