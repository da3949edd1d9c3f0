import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, invalid, notFound, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsMoney, IsOccurredAt, IsText, type Money } from '#event-sourcing/validation';
import { Investment, INVESTMENT_KINDS, RelationshipInvestmentRecorded, RelationshipInvestmentWithdrawn, type InvestmentKind } from '../domain/investments.js';

@Command({ summary: 'Records what was invested in the relationship with a customer, beside what was allocated for service and campaigns.', allow: ['sales', 'service', 'manager'] })
export class RecordRelationshipInvestment {
  @IsId() investmentId!: string;
  @IsId() customerId!: string;
  @IsIn(INVESTMENT_KINDS) kind!: InvestmentKind;
  /** Above 0; of time, what it cost. */
  @IsMoney() amount!: Money;
  @IsOptional() @IsText(500) note?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const recordRelationshipInvestment = decide(Investment, RecordRelationshipInvestment, (command, { status }) => {
  if (status !== 'unknown') throw wrongState('investment-already-recorded', `Investment ${command.investmentId} is ${status} already; give another one an id of its own.`);
  if (command.amount.amount <= 0) throw invalid('investment-not-above-zero', 'What was invested is above 0; withdraw an investment that was recorded by mistake.');
  return event(RelationshipInvestmentRecorded, factsOf(command));
});

@Command({ summary: 'Takes back an investment that was recorded by mistake. From occurredAt on it counts no longer; give that of the investment, and it never counted.', allow: ['sales', 'service', 'manager'] })
export class WithdrawRelationshipInvestment {
  @IsId() investmentId!: string;
  @IsText(500) reason!: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const withdrawRelationshipInvestment = decide(Investment, WithdrawRelationshipInvestment, (command, investment) => {
  if (investment.status === 'unknown') throw notFound('investment-not-found', `There is no investment ${command.investmentId}; record it first, or correct the id.`);
  return investment.status === 'withdrawn' ? [] : event(RelationshipInvestmentWithdrawn, { ...factsOf(command), customerId: investment.customerId });
});
