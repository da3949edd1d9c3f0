import { IsOptional } from 'class-validator';
import { IsId, IsOccurredAt } from '#event-sourcing/validation';

/** What every command about an interaction has. */
export abstract class InteractionCommand {
  @IsId() interactionId!: string;
  /** When it happened, where that was not now. */
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}
