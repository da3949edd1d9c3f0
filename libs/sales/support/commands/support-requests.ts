import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';
import { SalesSupportGiven, SalesSupportRequested, SalesSupportWithdrawn, SUPPORT_KINDS, SupportRequest, supportRequestFor, type SupportKind } from '../domain/support-request.js';

abstract class SupportRequestCommand extends SalesCommand {
  @IsId() supportrequestId!: string;
}

@Command({ summary: 'Asks for help with selling to a customer: a demonstration, an answer, a solution.', allow: ['manager', 'sales'] })
export class RequestSalesSupport extends SupportRequestCommand {
  @IsId() customerId!: string;
  @IsOptional() @IsId() opportunityId?: string;
  /** Who needs it. */
  @IsId() representativeId!: string;
  @IsIn(SUPPORT_KINDS) kind!: SupportKind;
  @IsOptional() @IsIsoDate() neededBy?: string;
  @IsText(2000) what!: string;
}

export const requestSalesSupport = decide(SupportRequest, RequestSalesSupport, (command, state, _, { customer, representative }) => {
  if (state) throw wrongState('support-already-requested', `Support request ${command.supportrequestId} is there already; take another id.`);
  refuseUnlessDealable(command, customer);
  sellerOf(command.representativeId, representative);
  return event(SalesSupportRequested, factsOf(command));
}, async (command: RequestSalesSupport, stateOf: StateReader) => ({ customer: await customerNamed(command, stateOf), representative: await representativeNamed(command, stateOf) }));

@Command({ summary: 'Gives the help that was asked for.', allow: ['manager', 'sales', 'service'] })
export class GiveSalesSupport extends SupportRequestCommand {
  @IsText(2000) answer!: string;
}

export const giveSalesSupport = decide(SupportRequest, GiveSalesSupport, (command, state) => {
  const { customerId, kind, requestedAt } = supportRequestFor('GiveSalesSupport', state, command.supportrequestId);
  return event(SalesSupportGiven, { ...factsOf(command), customerId, kind, requestedAt });
});

@Command({ summary: 'Help that was asked for is needed no longer.', allow: ['manager', 'sales'] })
export class WithdrawSalesSupportRequest extends SupportRequestCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const withdrawSalesSupportRequest = decide(SupportRequest, WithdrawSalesSupportRequest, (command, state) => {
  const { customerId } = supportRequestFor('WithdrawSalesSupportRequest', state, command.supportrequestId);
  return event(SalesSupportWithdrawn, { ...factsOf(command), customerId });
});
