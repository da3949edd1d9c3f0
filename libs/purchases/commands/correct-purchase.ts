import { isDeepStrictEqual } from 'node:util';
import { IsOptional } from 'class-validator';
import { Command, decide, event, invalid } from '#event-sourcing';
import { factsOf, IsId, IsKeyword, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { PurchaseCorrected, type PurchaseFacts } from '../domain/events.js';
import { Purchase, standing, type Returned } from '../domain/purchase.js';
import { consistent, left } from '../domain/rules.js';
import { IsPaidMoney, IsUnits, PaidMoney } from './fields.js';
import { IsPurchaseItems, type PurchaseItemFields } from './record-purchase.js';

@Command({ summary: 'What was recorded about a purchase is wrong; name what is right. What is left out stays.', allow: ['manager', 'service'] })
export class CorrectPurchase {
  @IsId() purchaseId!: string;
  /** Whose purchase it really is. */
  @IsOptional() @IsId() customerId?: string;
  @IsOptional() @IsOccurredAt() purchasedAt?: string;
  @IsOptional() @IsPaidMoney() amount?: PaidMoney;
  /** Units; left out with items, those of the items. */
  @IsOptional() @IsUnits() quantity?: number;
  @IsOptional() @IsPurchaseItems() items?: PurchaseItemFields[];
  @IsOptional() @IsKeyword() channel?: string;
  @IsOptional() @IsText(200) place?: string;
  @IsText(1000) reason!: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const correctPurchase = decide(Purchase, CorrectPurchase, (command, state, { now }) => {
  const { facts: from, returned } = standing(state, command.purchaseId);
  const { purchaseId, reason, ...said } = factsOf(command);
  const to = corrected(from, said);
  if (isDeepStrictEqual(to, from)) return [];
  checkTime(to, returned, now);
  checkReturns(from, to, returned);
  const money = { amount: returned.amount, currency: to.amount.currency };
  return event(PurchaseCorrected, { purchaseId, customerId: to.customerId, from, to, returned: money, reason });
});

function corrected(from: PurchaseFacts, said: Partial<PurchaseFacts>): PurchaseFacts {
  const { quantity, ...rest } = from;
  const units = said.items || quantity === undefined ? {} : { quantity };
  const purchasedAt = said.purchasedAt === undefined ? from.purchasedAt : new Date(said.purchasedAt).toISOString();
  return consistent({ ...rest, ...units, ...said, purchasedAt });
}

function checkTime(to: PurchaseFacts, returned: Returned, now: string): void {
  if (to.purchasedAt > now) throw invalid('time-in-the-future', `purchasedAt ${to.purchasedAt} lies in the future; give a time that has passed.`);
  if (returned.firstAt !== undefined && to.purchasedAt > returned.firstAt) {
    throw invalid('returned-before-purchase', `Something of it went back at ${returned.firstAt}; give a purchasedAt that is not after it.`);
  }
}

function checkReturns(from: PurchaseFacts, to: PurchaseFacts, returned: Returned): void {
  if (returned.firstAt !== undefined && to.amount.currency !== from.amount.currency) {
    throw invalid('return-in-another-currency', `Money went back in ${from.amount.currency}; the currency of the purchase can no longer change.`);
  }
  left(to, returned);
}
