import { IsOptional } from 'class-validator';
import { Command, decide, event, notFound, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue, IsPercent, SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import {
  Competitor, competitorFound, CompetitorPriceObserved, CompetitorProductRecorded, CompetitorRegistered, CompetitorRelationshipObserved, CompetitorStrategyNoted,
  CompetitorStrengthNoted, CompetitorWeaknessNoted, CounterStrategyAdopted,
} from '../domain/competitor.js';

abstract class CompetitorCommand extends SalesCommand {
  @IsId() competitorId!: string;
}

@Command({ summary: 'Registers a firm that sells what we sell.', allow: ['manager', 'sales'] })
export class RegisterCompetitor extends CompetitorCommand {
  @IsText(200) name!: string;
}

export const registerCompetitor = decide(Competitor, RegisterCompetitor, (command, state) => {
  if (state) throw wrongState('competitor-already-registered', `Competitor ${command.competitorId} is registered already; take another id.`);
  return event(CompetitorRegistered, factsOf(command));
});

@Command({ summary: 'Records what a competitor sells, and with which of ours it competes.', allow: ['manager', 'sales'] })
export class RecordCompetitorProduct extends CompetitorCommand {
  @IsText(200) product!: string;
  /** Ours that it competes with. */
  @IsOptional() @IsId() offeringId?: string;
  @IsOptional() @IsText(2000) functions?: string;
}

export const recordCompetitorProduct = decide(Competitor, RecordCompetitorProduct, (command, state) => {
  competitorFound(state, command.competitorId);
  return event(CompetitorProductRecorded, factsOf(command));
});

@Command({ summary: 'Records what a competitor asked for a product; occurredAt says when.', allow: ['manager', 'sales'] })
export class ObserveCompetitorPrice extends CompetitorCommand {
  @IsText(200) product!: string;
  @IsAmountDue() price!: AmountDue;
  /** Where it was seen. */
  @IsOptional() @IsText(200) place?: string;
}

export const observeCompetitorPrice = decide(Competitor, ObserveCompetitorPrice, (command, state) => {
  const { products } = competitorFound(state, command.competitorId);
  const offeringId = products[command.product];
  if (offeringId === undefined) throw notFound('competitor-product-not-found', `Competitor ${command.competitorId} is not known to sell ${command.product}; it sells ${Object.keys(products).join(', ') || 'nothing yet'}.`);
  return event(CompetitorPriceObserved, { ...factsOf(command), ...(offeringId !== null && { offeringId }) });
});

@Command({ summary: 'Notes what a competitor is good at.', allow: ['manager', 'sales'] })
export class NoteCompetitorStrength extends CompetitorCommand {
  @IsText(500) strength!: string;
}

export const noteCompetitorStrength = decide(Competitor, NoteCompetitorStrength, (command, state) => {
  competitorFound(state, command.competitorId);
  return event(CompetitorStrengthNoted, factsOf(command));
});

@Command({ summary: 'Notes what a competitor is bad at.', allow: ['manager', 'sales'] })
export class NoteCompetitorWeakness extends CompetitorCommand {
  @IsText(500) weakness!: string;
}

export const noteCompetitorWeakness = decide(Competitor, NoteCompetitorWeakness, (command, state) => {
  competitorFound(state, command.competitorId);
  return event(CompetitorWeaknessNoted, factsOf(command));
});

@Command({ summary: 'Notes what a competitor is up to.', allow: ['manager', 'sales'] })
export class NoteCompetitorStrategy extends CompetitorCommand {
  @IsText(1000) strategy!: string;
}

export const noteCompetitorStrategy = decide(Competitor, NoteCompetitorStrategy, (command, state) => {
  competitorFound(state, command.competitorId);
  return event(CompetitorStrategyNoted, factsOf(command));
});

@Command({ summary: 'Says what we do about a competitor.', allow: ['manager'] })
export class AdoptCounterStrategy extends CompetitorCommand {
  @IsText(1000) counterStrategy!: string;
}

export const adoptCounterStrategy = decide(Competitor, AdoptCounterStrategy, (command, state) => {
  competitorFound(state, command.competitorId);
  return event(CounterStrategyAdopted, factsOf(command));
});

@Command({ summary: 'A customer works with a competitor: with which product, and whether ours could replace it.', allow: ['manager', 'sales', 'service'] })
export class ObserveCompetitorRelationship extends CompetitorCommand {
  @IsId() customerId!: string;
  @IsOptional() @IsText(200) product?: string;
  /** How likely it is that ours can replace theirs, in per cent. */
  @IsOptional() @IsPercent() chancePercent?: number;
}

export const observeCompetitorRelationship = decide(Competitor, ObserveCompetitorRelationship, (command, state, _, customer) => {
  competitorFound(state, command.competitorId);
  refuseUnlessDealable(command, customer);
  return event(CompetitorRelationshipObserved, factsOf(command));
}, customerNamed);
