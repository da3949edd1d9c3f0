import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, invalid, notFound } from '#event-sourcing';
import { factsOf, IsId, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { Duplicate, DUPLICATE_GROUNDS, DuplicateDismissed, DuplicateSuspected, type DuplicateGround } from '../domain/duplicate.js';

@Command({ summary: 'Says that two records may be of the same customer. Merging them confirms it.', allow: ['manager'] })
export class SuspectDuplicate {
  /** The same for the same two. */
  @IsId() duplicateId!: string;
  @IsId() customerId!: string;
  @IsId() otherCustomerId!: string;
  @IsArray() @ArrayNotEmpty() @ArrayUnique() @IsIn(DUPLICATE_GROUNDS, { each: true }) grounds!: DuplicateGround[];
  /** From 0 to 1. */
  @IsNumber() @Min(0) @Max(1) likeness!: number;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

/** What was dismissed is suspected again on new grounds alone. */
export const suspectDuplicate = decide(Duplicate, SuspectDuplicate, (command, known) => {
  const { customerId, otherCustomerId, grounds } = command;
  if (customerId === otherCustomerId) throw invalid('duplicate-of-itself', `Customer ${customerId} is no duplicate of itself; name another.`);
  return known && grounds.every((ground) => known.grounds.includes(ground)) ? [] : event(DuplicateSuspected, factsOf(command));
});

@Command({ summary: 'Says that two records that look alike are of two customers.', allow: ['manager'] })
export class DismissDuplicate {
  @IsId() duplicateId!: string;
  @IsText(500) reason!: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const dismissDuplicate = decide(Duplicate, DismissDuplicate, ({ duplicateId, reason }, known) => {
  if (!known) throw notFound('duplicate-not-found', `Nothing is suspected under ${duplicateId}; the view duplicate_candidates has the ids.`);
  const { customerId, otherCustomerId, dismissed } = known;
  return dismissed ? [] : event(DuplicateDismissed, { duplicateId, customerId, otherCustomerId, reason });
});
