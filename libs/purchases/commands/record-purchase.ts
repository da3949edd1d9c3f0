import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, ValidateNested } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsKeyword, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { PurchaseRecorded } from '../domain/events.js';
import { Purchase } from '../domain/purchase.js';
import { consistent } from '../domain/rules.js';
import { IsPaidMoney, IsUnits, PaidMoney, ReturnedItemFields } from './fields.js';

export class PurchaseItemFields extends ReturnedItemFields {
  /** Of the whole line. */
  @IsOptional() @IsPaidMoney() amount?: PaidMoney;
}

export function IsPurchaseItems(): PropertyDecorator {
  const rules = [IsArray(), ArrayMinSize(1), ArrayMaxSize(1000), ValidateNested({ each: true }), Type(() => PurchaseItemFields)];
  return (target, property) => rules.forEach((rule) => rule(target, property));
}

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
