import { IsIn, IsOptional } from 'class-validator';
import { Customer, dealable } from '#customers';
import { Command, decide, event, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsKeyword, IsMoment, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { MisunderstandingCleared, RetentionCase, RetentionCaseClosed, retentionCaseFor, RetentionCaseNeglected, RetentionCaseOpened, RetentionProblemSolved } from '../domain/retention-case.js';

abstract class RetentionCaseCommand {
  @IsId() retentioncaseId!: string;
  /** When it happened, where that was not now. */
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

@Command({ summary: 'Takes up a customer who may leave.', allow: ['manager', 'sales', 'service'] })
export class OpenRetentionCase extends RetentionCaseCommand {
  @IsId() customerId!: string;
  /** `late-delivery`, `price`, `complaint` … */
  @IsKeyword() cause!: string;
  @IsText(2000) what!: string;
}

export const openRetentionCase = decide(RetentionCase, OpenRetentionCase, (command, state, _, customer) => {
  if (state) throw wrongState('retention-case-already-open', `Retention case ${command.retentioncaseId} was opened already; take another id.`);
  dealable(customer, command.customerId);
  return event(RetentionCaseOpened, factsOf(command));
}, ({ customerId }: OpenRetentionCase, stateOf: StateReader) => stateOf(Customer, customerId));

@Command({ summary: 'What a customer had misunderstood is cleared up.', allow: ['manager', 'sales', 'service'] })
export class ClearMisunderstanding extends RetentionCaseCommand {
  @IsText(2000) what!: string;
}

export const clearMisunderstanding = decide(RetentionCase, ClearMisunderstanding, (command, state) =>
  event(MisunderstandingCleared, { ...factsOf(command), customerId: retentionCaseFor('ClearMisunderstanding', state, command.retentioncaseId).customerId }));

@Command({ summary: 'What was wrong is put right.', allow: ['manager', 'sales', 'service'] })
export class SolveRetentionProblem extends RetentionCaseCommand {
  @IsText(2000) what!: string;
}

export const solveRetentionProblem = decide(RetentionCase, SolveRetentionProblem, (command, state) =>
  event(RetentionProblemSolved, { ...factsOf(command), customerId: retentionCaseFor('SolveRetentionProblem', state, command.retentioncaseId).customerId }));

@Command({ summary: 'Nothing was done in a case since a moment. Sent by itself.', allow: ['manager'] })
export class RecordRetentionCaseNeglected extends RetentionCaseCommand {
  @IsMoment() since!: string;
}

export const recordRetentionCaseNeglected = decide(RetentionCase, RecordRetentionCaseNeglected, ({ retentioncaseId, since }, state) => {
  const { customerId, touchedAt } = retentionCaseFor('RecordRetentionCaseNeglected', state, retentioncaseId);
  return touchedAt > since ? [] : event(RetentionCaseNeglected, { retentioncaseId, customerId, since });
});

@Command({ summary: 'Closes a case: the customer is saved, or lost.', allow: ['manager', 'sales', 'service'] })
export class CloseRetentionCase extends RetentionCaseCommand {
  @IsIn(['saved', 'lost']) outcome!: 'saved' | 'lost';
  @IsOptional() @IsText(1000) reason?: string;
}

export const closeRetentionCase = decide(RetentionCase, CloseRetentionCase, (command, state) => {
  const { customerId, cause, openedAt } = retentionCaseFor('CloseRetentionCase', state, command.retentioncaseId);
  return event(RetentionCaseClosed, { ...factsOf(command), customerId, cause, openedAt });
});
