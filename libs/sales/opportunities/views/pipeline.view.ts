import { onRow, view } from '#event-sourcing';
import { shareOf, type Money } from '#money';
import { type Handover } from '../../domain/handover.js';
import { daysBetween } from '../../domain/time.js';
import {
  OpportunityConfirmed, OpportunityContested, OpportunityCustomerNamed, OpportunityEstimateRevised, OpportunityLost, OpportunityOpened, OpportunityReassigned,
  OpportunityRejected, OpportunityReopened, OpportunityStageAdvanced, OpportunityStageReverted, OpportunityWon, type LostReason, type OpportunitySource, type PinnedProcess, type Seller,
} from '../domain/events.js';
import { type OpportunityStatus } from '../domain/opportunity.js';
import { cycleTime, pipelineTotals, winRate } from '../domain/pipeline-reports.js';

/** A stay in a stage. */
export interface Stay {
  stage: string;
  enteredAt: string;
  /** Absent while it is in it. */
  leftAt?: string;
}

export interface PipelineRow {
  customerId?: string;
  representativeId?: string;
  region?: string;
  managerId?: string;
  offeringId?: string;
  leadId?: string;
  source: OpportunitySource;
  title?: string;
  process: PinnedProcess;
  status: OpportunityStatus;
  confirmed: boolean;
  stage: string;
  stays: Stay[];
  /** Stages that were left out on the way. */
  skipped: string[];
  /** Estimated while it is open, agreed when it is won. */
  value?: Money;
  expectedCloseOn?: string;
  openedAt: string;
  endedAt?: string;
  lostBecause?: LostReason;
  lostTo?: string;
  competitorIds: string[];
  timesReopened: number;
  /** Who had it before, and why it went to somebody else: without `because` somebody decided. The last one last. */
  reassignments?: { from?: string; to: string; at: string; because?: Handover }[];
}

/** The row with its age; the weighted value is what it is worth times how likely its stage is to be won. */
export interface PipelineAnswer extends PipelineRow {
  daysInStage: number | null;
  ageInDays: number;
  weightedValue: Money | null;
}

export const pipeline = view<PipelineRow>('pipeline', {
  version: 2,
  summary: 'Every opportunity with its stage, value, and time in each stage; those still open with `{ "status": "open" }`.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: ['title'],
  record: 'customerId',
  indexes: [{ status: 1, stage: 1 }, { representativeId: 1, status: 1 }, { customerId: 1 }, { region: 1, status: 1 }, { endedAt: -1 }],
})
  .key(({ data }) => data.opportunityId)
  .on(OpportunityOpened, (_, { data: { opportunityId: __, seller, ...said }, occurredAt }) => ({
    ...said, ...seller, status: 'open', confirmed: false, stays: [{ stage: said.stage, enteredAt: occurredAt }], openedAt: occurredAt, competitorIds: [], timesReopened: 0,
  }))
  .on(OpportunityConfirmed, onRow(() => ({ confirmed: true })))
  .on(OpportunityCustomerNamed, onRow((_, { data: { customerId } }) => ({ customerId })))
  .on(OpportunityStageAdvanced, onRow((row, { data: { to, skipped }, occurredAt }) => ({ ...moved(row, to, occurredAt), skipped: [...row.skipped, ...skipped] })))
  .on(OpportunityStageReverted, onRow((row, { data: { to }, occurredAt }) => moved(row, to, occurredAt)))
  .on(OpportunityEstimateRevised, onRow((_, { data: { value, expectedCloseOn } }) => ({ ...(value && { value }), ...(expectedCloseOn !== undefined && { expectedCloseOn }) })))
  .on(OpportunityReassigned, (row, { data: { former, seller, because }, occurredAt }) => row && {
    ...withoutSeller(row), ...seller,
    reassignments: [...(row.reassignments ?? []), { to: seller.representativeId, at: occurredAt, ...(former && { from: former.representativeId }), ...(because && { because }) }],
  })
  .on(OpportunityContested, onRow(({ competitorIds }, { data: { competitorId } }) => ({ competitorIds: [...competitorIds, competitorId] })))
  .on(OpportunityRejected, onRow((row, { occurredAt }) => ended(row, 'rejected', occurredAt)))
  .on(OpportunityWon, onRow((row, { data: { value }, occurredAt }) => ({ ...ended(row, 'won', occurredAt), value })))
  .on(OpportunityLost, onRow((row, { data: { reason, competitorId }, occurredAt }) => ({
    ...ended(row, 'lost', occurredAt), lostBecause: reason, ...(competitorId !== undefined && { lostTo: competitorId }),
  })))
  .on(OpportunityReopened, (row, { data: { stage }, occurredAt }) => {
    if (!row) return row;
    const { endedAt: _, lostBecause: __, lostTo: ___, ...going } = row;
    return { ...going, status: 'open', ...moved(going, stage, occurredAt), timesReopened: row.timesReopened + 1 };
  })
  .computed<PipelineAnswer, unknown>({ fields: ['daysInStage', 'ageInDays', 'weightedValue'], compute: aged })
  .report('totals', { summary: 'How many opportunities, worth how much, by stage, status, region, quarter of the end, and representative.', run: pipelineTotals })
  .report('win_rate', { summary: 'How many of those that ended were won: in all, by region, representative, offering and quarter.', run: winRate })
  .report('cycle_time', { summary: 'Days from opening to winning and to losing, in all and by offering, and days in each stage: mean and median.', run: cycleTime });

function moved({ stays }: PipelineRow, to: string, at: string): Pick<PipelineRow, 'stage' | 'stays'> {
  return { stage: to, stays: [...left(stays, at), { stage: to, enteredAt: at }] };
}

/** After a sale there may be further stages: only what is lost or rejected leaves its stage with its end. */
function ended({ stays }: PipelineRow, status: OpportunityStatus, at: string): Pick<PipelineRow, 'status' | 'endedAt' | 'stays'> {
  return { status, endedAt: at, stays: status === 'won' ? stays : left(stays, at) };
}

function left(stays: readonly Stay[], at: string): Stay[] {
  return stays.map((stay) => (stay.leftAt === undefined ? { ...stay, leftAt: at } : stay));
}

function withoutSeller({ representativeId: _, region: __, managerId: ___, ...row }: PipelineRow & Partial<Seller>): PipelineRow {
  return row;
}

function aged(row: PipelineRow, now: string): PipelineAnswer {
  const { status, stays, openedAt, endedAt = now, value, process, stage } = row;
  const probability = process.stages.find((each) => each.stage === stage)?.probability;
  const isWeighted = status === 'open' && value !== undefined && probability !== undefined;
  return {
    ...row,
    daysInStage: status === 'open' ? daysBetween(stays.at(-1)!.enteredAt, now) : null,
    ageInDays: daysBetween(openedAt, endedAt),
    weightedValue: isWeighted ? shareOf(value, probability) : null,
  };
}
