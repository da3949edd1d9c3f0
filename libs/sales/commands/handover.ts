import { IsIn, IsOptional } from 'class-validator';
import { IsId } from '#event-sourcing/validation';
import { HANDOVER_CAUSES, type Handover, type HandoverCause } from '../domain/handover.js';

/** Why work is handed over; named by the process that does so. */
export class HandoverFields implements Handover {
  @IsIn(HANDOVER_CAUSES) cause!: HandoverCause;
  @IsOptional() @IsId() territoryId?: string;
  @IsOptional() @IsId() fromTerritoryId?: string;
  /** Who has left. */
  @IsOptional() @IsId() representativeId?: string;
}
