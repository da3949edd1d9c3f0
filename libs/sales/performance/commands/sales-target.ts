import { isDeepStrictEqual } from 'node:util';
import { IsOptional, Matches } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue, SalesCommand } from '../../commands/fields.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';
import { SalesTarget, SalesTargetRevised, SalesTargetSet } from '../domain/sales-target.js';

@Command({ summary: 'Sets what a representative is to sell in a month; set again, it is revised.', allow: ['manager'] })
export class SetSalesTarget extends SalesCommand {
  @IsId() salestargetId!: string;
  @IsId() representativeId!: string;
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { message: '$property must be a month such as "2017-03"' }) month!: string;
  @IsAmountDue() value!: AmountDue;
  @IsOptional() @IsText(500) reason?: string;
}

export const setSalesTarget = decide(SalesTarget, SetSalesTarget, (command, state, _, representative) => {
  const { reason, ...target } = factsOf(command);
  sellerOf(target.representativeId, representative);
  if (!state) return event(SalesTargetSet, target);
  const { value: former, representativeId, month } = state;
  if (representativeId !== target.representativeId || month !== target.month) {
    throw wrongState('target-of-another', `Target ${target.salestargetId} is that of ${representativeId} for ${month}; give this one its own id.`);
  }
  return isDeepStrictEqual(former, target.value) ? [] : event(SalesTargetRevised, { ...target, former, ...(reason !== undefined && { reason }) });
}, representativeNamed);
