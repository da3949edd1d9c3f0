import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsOccurredAt } from '#event-sourcing/validation';
import { Brief, InteractionBriefViewed } from '../domain/brief.js';

@Command({ summary: 'Records that somebody looked at the trail of a customer before a contact.', allow: ['manager', 'sales', 'service'] })
export class RecordBriefViewed {
  /** One id for each viewing. */
  @IsId() briefId!: string;
  @IsId() customerId!: string;
  /** The planned contact that it was for. */
  @IsOptional() @IsId() contactplanId?: string;
  /** Log position that the brief was folded to. */
  @IsOptional() @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) position?: number;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const recordBriefViewed = decide(Brief, RecordBriefViewed, (command, brief) => {
  if (!brief) return event(InteractionBriefViewed, factsOf(command));
  if (brief.customerId === command.customerId) return [];
  throw wrongState('brief-of-another', `Brief ${command.briefId} was one of customer ${brief.customerId}; take another id for another viewing.`);
});
