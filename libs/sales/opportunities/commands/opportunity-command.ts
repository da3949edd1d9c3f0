import { IsId } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';

/** What every command about an opportunity has. */
export abstract class OpportunityCommand extends SalesCommand {
  @IsId() opportunityId!: string;
}
