import { IsOptional } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsKeyword, IsListOf, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { PurchaseRecorded } from '../domain/events.js';
import { Purchase } from '../domain/purchase.js';
import { consistent } from '../domain/rules.js';
import { IsPaidMoney, IsUnits, PaidMoney, ReturnedItemFields } from './fields.js';

export class PurchaseItemFields extends ReturnedItemFields {
  /** Of the whole line. */
  @IsOptional() @IsPaidMoney() amount?: PaidMoney;
}

export const IsPurchaseItems = (): PropertyDecorator => IsListOf(() => PurchaseItemFields, { most: 1000 });

@Command({ summary: 'A customer bought something; occurredAt says when. They may be registered later.', allow: ['manager', 'sales', 'service'] })
export class RecordPurchase {
  @IsId() purchaseId!: string;
  @IsId() customerId!: string;
  @IsPaidMoney() amount!: PaidMoney;
  /** Units; left out, those of the items. */
  @IsOptional() @IsUnits() quantity?: number;
  @IsOptional() @IsPurchaseItems() items?: PurchaseItemFields[];
  /** Way of sale: `shop`, `web` … */
  @IsOptional() @IsKeyword() channel?: string;
  @IsOptional() @IsText(200) place?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const recordPurchase = decide(Purchase, RecordPurchase, (command, purchase) => {
  if (purchase.status !== 'unknown') {
    throw wrongState('purchase-already-recorded', `Purchase ${command.purchaseId} is recorded; correct it with CorrectPurchase, or give the new one its own id.`);
  }
  return event(PurchaseRecorded, consistent(factsOf(command)));
});
