import { isDeepStrictEqual } from 'node:util';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { Command, decide, event, invalid, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsText } from '#event-sourcing/validation';
import { plus } from '#calendar';
import { SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';
import { Assessment, AssessmentScored } from '../domain/assessment.js';
import { DailyReport, DailyReportNoted, DailyReportSubmitted, submitted } from '../domain/daily-report.js';
import { INFORMATION_KINDS, MarketInformation, MarketInformationSubmitted, type InformationKind } from '../domain/market-information.js';

const IsCount = (): PropertyDecorator => (target, property) => [IsInt(), Min(0), Max(1_000)].forEach((rule) => rule(target, property));
const IsPoints = (): PropertyDecorator => (target, property) => [IsInt(), Min(0), Max(100)].forEach((rule) => rule(target, property));

abstract class DailyReportCommand extends SalesCommand {
  @IsId() dailyreportId!: string;
}

@Command({ summary: 'Hands in what a representative did on a day; what was learnt of customers is added with NoteInDailyReport.', allow: ['manager', 'sales'] })
export class SubmitDailyReport extends DailyReportCommand {
  @IsId() representativeId!: string;
  @IsIsoDate() day!: string;
  @IsCount() visits!: number;
  @IsCount() calls!: number;
}

export const submitDailyReport = decide(DailyReport, SubmitDailyReport, (command, state, { occurredAt }, representative) => {
  if (state) throw wrongState('daily-report-already-submitted', `Daily report ${command.dailyreportId} is there already; take another id.`);
  sellerOf(command.representativeId, representative);
  if (command.day > occurredAt.slice(0, 10)) throw invalid('day-ahead', `The day ${command.day} has not come yet; report a day that has begun.`);
  return event(DailyReportSubmitted, { ...factsOf(command), onTime: occurredAt < plus(command.day, { days: 2 }) });
}, representativeNamed);

@Command({ summary: 'Adds to a daily report what was learnt of a customer.', allow: ['manager', 'sales'] })
export class NoteInDailyReport extends DailyReportCommand {
  @IsId() customerId!: string;
  @IsText(2000) note!: string;
}

export const noteInDailyReport = decide(DailyReport, NoteInDailyReport, (command, state, _, customer) => {
  const report = submitted(state, command.dailyreportId);
  refuseUnlessDealable(command, customer);
  return event(DailyReportNoted, { ...factsOf(command), ...report });
}, customerNamed);

@Command({ summary: 'Passes on something about the market: what rivals do, what prices do, what is asked for.', allow: ['manager', 'sales', 'service', 'partner'] })
export class SubmitMarketInformation extends SalesCommand {
  @IsId() marketinformationId!: string;
  /** Who gathered it. */
  @IsOptional() @IsId() representativeId?: string;
  /** Where in the firm it comes from, if not from a representative. */
  @IsOptional() @IsText(100) department?: string;
  @IsIn(INFORMATION_KINDS) kind!: InformationKind;
  @IsOptional() @IsId() competitorId?: string;
  @IsOptional() @IsId() offeringId?: string;
  /** About firms and products: it cannot be erased for a person. */
  @IsText(2000) text!: string;
}

export const submitMarketInformation = decide(MarketInformation, SubmitMarketInformation, (command, exists, _, representative) => {
  if (exists) throw wrongState('market-information-already-submitted', `Market information ${command.marketinformationId} is there already; take another id.`);
  if (command.representativeId !== undefined) sellerOf(command.representativeId, representative);
  return event(MarketInformationSubmitted, factsOf(command));
}, representativeNamed);

@Command({ summary: 'Assesses what a representative reported and found out in a month; scored again, the later score counts.', allow: ['manager'] })
export class ScoreAssessment extends SalesCommand {
  @IsId() assessmentId!: string;
  @IsId() representativeId!: string;
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { message: '$property must be a month such as "2026-03"' }) month!: string;
  /** From 0 to 100. */
  @IsPoints() dailyReports!: number;
  @IsPoints() marketInformation!: number;
  @IsOptional() @IsText(500) comment?: string;
}

export const scoreAssessment = decide(Assessment, ScoreAssessment, (command, state, _, representative) => {
  const { assessmentId, ...said } = factsOf(command);
  sellerOf(said.representativeId, representative);
  if (state && (state.representativeId !== said.representativeId || state.month !== said.month)) {
    throw wrongState('assessment-of-another', `Assessment ${assessmentId} is that of ${state.representativeId} for ${state.month}; give this one its own id.`);
  }
  return isDeepStrictEqual(state, said) ? [] : event(AssessmentScored, { assessmentId, ...said });
}, representativeNamed);
