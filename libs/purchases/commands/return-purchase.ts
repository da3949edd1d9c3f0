import { IsOptional } from 'class-validator';
import { Command, decide, event, invalid } from '#event-sourcing';
import { factsOf, IsId, IsListOf, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { PurchaseReturned } from '../domain/events.js';
import { Purchase, standing } from '../domain/purchase.js';
import { returnOf } from '../domain/returns.js';
import { IsPaidMoney, IsUnits, PaidMoney, ReturnedItemFields } from './fields.js';

@Command({ summary: 'A purchase went back: the whole of it where neither money nor units are named.', allow: ['manager', 'sales', 'service'] })
export class ReturnPurchase {
  @IsId() purchaseId!: string;
  /** Money paid back. */
  @IsOptional() @IsPaidMoney() amount?: PaidMoney;
  /** Units given back; left out, those of the items. */
  @IsOptional() @IsUnits() quantity?: number;
  @IsOptional() @IsListOf(() => ReturnedItemFields, { most: 1000 }) items?: ReturnedItemFields[];
  @IsOptional() @IsText(1000) reason?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const returnPurchase = decide(Purchase, ReturnPurchase, (command, state, { occurredAt }) => {
  const { facts, returned } = standing(state, command.purchaseId);
  if (occurredAt < facts.purchasedAt) {
    throw invalid('returned-before-purchase', `The purchase was made at ${facts.purchasedAt}; give an occurredAt that is not before it.`);
  }
  const { purchaseId, reason, ...asked } = factsOf(command);
  return event(PurchaseReturned, {
    purchaseId,
    customerId: facts.customerId,
    purchasedAt: facts.purchasedAt,
    ...returnOf(facts, returned, asked),
    ...(reason === undefined ? {} : { reason }),
  });
});
