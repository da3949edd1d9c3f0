import { isDeepStrictEqual } from 'node:util';
import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue, IsUnits, SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { intentionFor, PurchaseIntention, PurchaseIntentionLapsed, PurchaseIntentionRecorded, PurchaseIntentionRevised, URGENCIES, type Urgency } from '../domain/purchase-intention.js';

abstract class PurchaseIntentionCommand extends SalesCommand {
  @IsId() purchaseintentionId!: string;
}

@Command({ summary: 'A customer means to buy something: what, how much, and how soon.', allow: ['manager', 'sales', 'service', 'partner'] })
export class RecordPurchaseIntention extends PurchaseIntentionCommand {
  @IsId() customerId!: string;
  /** The contact person who said so. */
  @IsOptional() @IsId() contactId?: string;
  @IsId() offeringId!: string;
  @IsIn(URGENCIES) urgency!: Urgency;
  @IsOptional() @IsUnits() quantity?: number;
  /** What they mean to spend. */
  @IsOptional() @IsAmountDue() amount?: AmountDue;
  /** What is particular about the need. */
  @IsOptional() @IsText(2000) traits?: string;
}

export const recordPurchaseIntention = decide(PurchaseIntention, RecordPurchaseIntention, (command, state, _, customer) => {
  const { purchaseintentionId, customerId, contactId, traits, ...intention } = factsOf(command);
  if (state) throw wrongState('purchase-intention-already-recorded', `Purchase intention ${purchaseintentionId} is recorded already; send RevisePurchaseIntention, or take another id.`);
  refuseUnlessDealable(command, customer);
  return event(PurchaseIntentionRecorded, { purchaseintentionId, customerId, intention, ...(contactId !== undefined && { contactId }), ...(traits !== undefined && { traits }) });
}, customerNamed);

@Command({ summary: 'A customer means to buy something else, more, less, sooner or later; what is left out stays.', allow: ['manager', 'sales', 'service', 'partner'] })
export class RevisePurchaseIntention extends PurchaseIntentionCommand {
  @IsOptional() @IsId() offeringId?: string;
  @IsOptional() @IsIn(URGENCIES) urgency?: Urgency;
  @IsOptional() @IsUnits() quantity?: number;
  @IsOptional() @IsAmountDue() amount?: AmountDue;
  @IsOptional() @IsText(500) reason?: string;
}

export const revisePurchaseIntention = decide(PurchaseIntention, RevisePurchaseIntention, (command, state) => {
  const { purchaseintentionId, reason, ...changes } = factsOf(command);
  const { customerId, intention: former } = intentionFor('RevisePurchaseIntention', state, purchaseintentionId);
  const intention = { ...former, ...changes };
  if (isDeepStrictEqual(intention, former)) return [];
  return event(PurchaseIntentionRevised, { purchaseintentionId, customerId, former, intention, ...(reason !== undefined && { reason }) });
});

@Command({ summary: 'A customer means to buy something no longer.', allow: ['manager', 'sales', 'service', 'partner'] })
export class LapsePurchaseIntention extends PurchaseIntentionCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const lapsePurchaseIntention = decide(PurchaseIntention, LapsePurchaseIntention, (command, state) => {
  const { customerId } = intentionFor('LapsePurchaseIntention', state, command.purchaseintentionId);
  return event(PurchaseIntentionLapsed, { ...factsOf(command), customerId });
});
