import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, invalid, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsMoney, IsOccurredAt, IsText, type Money } from '#event-sourcing/validation';
import { Cost, COST_KINDS, CostAllocated, type CostKind } from '../domain/costs.js';

@Command({ summary: 'Allocates a cost to a customer, and to a product where it is known.', allow: ['manager'] })
export class AllocateCost {
  @IsId() costId!: string;
  @IsId() customerId!: string;
  @IsIn(COST_KINDS) kind!: CostKind;
  @IsMoney() amount!: Money;
  @IsOptional() @IsText(200) product?: string;
  /** By what it was allocated: hours, letters, a share. */
  @IsText(500) basis!: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const allocateCost = decide(Cost, AllocateCost, (command, { allocated }) => {
  if (allocated) throw wrongState('cost-already-allocated', `Cost ${command.costId} was allocated already; give another one an id of its own.`);
  if (command.amount.amount < 0) throw invalid('cost-below-zero', 'A cost is 0 or more.');
  return event(CostAllocated, factsOf(command));
});
