import { IsOptional } from 'class-validator';
import { IsId, IsOccurredAt } from '#event-sourcing/validation';

/** What every command about a customer has. */
export abstract class CustomerCommand {
  @IsId() customerId!: string;
  /** When it happened, where that was not now. */
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}
