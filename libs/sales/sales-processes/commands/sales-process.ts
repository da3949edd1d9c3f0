import { isDeepStrictEqual } from 'node:util';
import { IsBoolean, IsOptional } from 'class-validator';
import { Command, decide, event, invalid, notFound, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsKeyword, IsListOf, IsText } from '#event-sourcing/validation';
import { IsPercent, SalesCommand } from '../../commands/fields.js';
import {
  SalesProcess, SalesProcessDefined, SalesProcessVersionPublished, SalesStageAdded, SalesStageRetired,
  type KnownSalesProcess, type SalesProcessState, type Stage,
} from '../domain/sales-process.js';
import { checkStages } from '../domain/stages.js';

abstract class SalesProcessCommand extends SalesCommand {
  @IsId() salesprocessId!: string;
}

export class StageFields implements Stage {
  @IsKeyword() stage!: string;
  @IsText(100) name!: string;
  /** How likely an opportunity that is in it is won, in per cent. */
  @IsOptional() @IsPercent() probability?: number;
  /** Comes after the sale: only won opportunities get there. */
  @IsOptional() @IsBoolean() afterSale?: boolean;
}

@Command({ summary: 'Defines a sales process by its stages, in their order.', allow: ['manager'] })
export class DefineSalesProcess extends SalesProcessCommand {
  @IsText(100) name!: string;
  @IsListOf(() => StageFields, { most: 30 }) stages!: StageFields[];
}

export const defineSalesProcess = decide(SalesProcess, DefineSalesProcess, (command, state) => {
  const { salesprocessId, name, stages } = factsOf(command);
  if (state) throw wrongState('sales-process-defined', `Sales process ${salesprocessId} is defined already; send PublishSalesProcessVersion, or take another id.`);
  checkStages(stages);
  return [event(SalesProcessDefined, { salesprocessId, name }), event(SalesProcessVersionPublished, { salesprocessId, version: 1, stages })];
});

@Command({ summary: 'Publishes the next version of a sales process. Opportunities that are open stay on theirs.', allow: ['manager'] })
export class PublishSalesProcessVersion extends SalesProcessCommand {
  @IsListOf(() => StageFields, { most: 30 }) stages!: StageFields[];
  @IsOptional() @IsText(500) reason?: string;
}

export const publishSalesProcessVersion = decide(SalesProcess, PublishSalesProcessVersion, (command, state) => {
  const { version, stages } = defined(state, command.salesprocessId);
  const facts = factsOf(command);
  checkStages(facts.stages);
  return isDeepStrictEqual(stages, facts.stages) ? [] : event(SalesProcessVersionPublished, { version: version + 1, ...facts });
});

@Command({ summary: 'Adds a stage to a sales process, in its next version.', allow: ['manager'] })
export class AddSalesStage extends SalesProcessCommand {
  @IsKeyword() stage!: string;
  @IsText(100) name!: string;
  @IsOptional() @IsPercent() probability?: number;
  @IsOptional() @IsBoolean() afterSale?: boolean;
  /** The stage that it comes after; left out, it is the first. */
  @IsOptional() @IsKeyword() after?: string;
}

export const addSalesStage = decide(SalesProcess, AddSalesStage, (command, state) => {
  const { version, stages } = defined(state, command.salesprocessId);
  const { salesprocessId, after, ...stage } = factsOf(command);
  const place = after === undefined ? 0 : indexOf(stages, after) + 1;
  const next = stages.toSpliced(place, 0, stage);
  checkStages(next);
  return [
    event(SalesStageAdded, { salesprocessId, stage, ...(after !== undefined && { after }) }),
    event(SalesProcessVersionPublished, { salesprocessId, version: version + 1, stages: next }),
  ];
});

@Command({ summary: 'Takes a stage out of a sales process, in its next version.', allow: ['manager'] })
export class RetireSalesStage extends SalesProcessCommand {
  @IsKeyword() stage!: string;
}

export const retireSalesStage = decide(SalesProcess, RetireSalesStage, ({ salesprocessId, stage }, state) => {
  const { version, stages } = defined(state, salesprocessId);
  const next = stages.toSpliced(indexOf(stages, stage), 1);
  if (!next.some(({ afterSale }) => !afterSale)) throw invalid('no-stage-before-sale', `${stage} is the only stage before the sale; add another one first.`);
  return [event(SalesStageRetired, { salesprocessId, stage }), event(SalesProcessVersionPublished, { salesprocessId, version: version + 1, stages: next })];
});

function defined(state: SalesProcessState, salesprocessId: string): KnownSalesProcess {
  if (!state) throw notFound('sales-process-not-found', `There is no sales process ${salesprocessId}; define it first, or correct the id.`);
  return state;
}

function indexOf(stages: readonly Stage[], name: string): number {
  const index = stages.findIndex(({ stage }) => stage === name);
  if (index < 0) throw notFound('sales-stage-not-found', `There is no stage ${name}; the stages are ${stages.map(({ stage }) => stage).join(', ')}.`);
  return index;
}
