import { view, type RecordedEvent } from '#event-sourcing';
import { rateOf } from '../../domain/figures.js';
import { secondsBetween } from '../../domain/time.js';
import { SalesProcessVersionPublished } from '../../sales-processes/domain/sales-process.js';
import {
  OpportunityLost, OpportunityOpened, OpportunityRejected, OpportunityReopened, OpportunityStageAdvanced, OpportunityStageReverted, OpportunityWon, type StepContext,
} from '../domain/events.js';

export interface FunnelRow {
  salesprocessId: string;
  version: number;
  stage: string;
  /** Place in the process, from 1; absent where its version is not known. */
  order?: number;
  /** How often an opportunity came into it. */
  entered: number;
  /** How often it was left out. */
  skipped: number;
  /** How often one left it for a later stage, for an earlier one, or was lost or rejected in it. */
  advanced: number;
  reverted: number;
  lost: number;
  /** Won in it. */
  won: number;
  /** Time of all stays that are over. */
  seconds: number;
  stays: number;
}

/** `daysInStage` is the mean of stays that are over; `passRate` how many of those that came into it went on or were won. */
export interface FunnelAnswer extends FunnelRow {
  daysInStage: number | null;
  passRate: number | null;
}

type Counts = Partial<Pick<FunnelRow, 'entered' | 'skipped' | 'advanced' | 'reverted' | 'lost' | 'won' | 'seconds' | 'stays'>>;

/** Keyed `eight-steps/1/build-trust`. */
export const sellingStepsFunnel = view<FunnelRow>('selling_steps_funnel', {
  version: 1,
  summary: 'For each stage of each version of a sales process: how many opportunities came in, were skipped past it, went on, back or out, and how long they stayed.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ salesprocessId: 1, version: 1, order: 1 }],
})
  .on(SalesProcessVersionPublished, ({ data }) => data.stages.map(({ stage }) => keyOf(data, stage)), (row, { data: { stages } }, key) => ({
    ...(row ?? empty(key)), order: stages.findIndex(({ stage }) => key.endsWith(`/${stage}`)) + 1,
  }))
  .on(OpportunityOpened, ({ data: { process, stage, skipped } }) => keysOf(process, stage, ...skipped), (row, { data }, key) => plus(row, key, stageIn(key) === data.stage ? { entered: 1 } : { skipped: 1 }))
  .on(OpportunityStageAdvanced, ({ data: { step, from, to, skipped } }) => keysOf(step, from, to, ...skipped), (row, event, key) => {
    const { from, to } = event.data;
    if (stageIn(key) === from) return plus(row, key, { advanced: 1, ...stayed(event, event.data.step) });
    return plus(row, key, stageIn(key) === to ? { entered: 1 } : { skipped: 1 });
  })
  .on(OpportunityStageReverted, ({ data: { step, from, to } }) => keysOf(step, from, to), (row, event, key) =>
    plus(row, key, stageIn(key) === event.data.from ? { reverted: 1, ...stayed(event, event.data.step) } : { entered: 1 }))
  .on(OpportunityWon, ({ data: { ended } }) => keyOf(ended, ended.stage), (row, _, key) => plus(row, key, { won: 1 }))
  .on(OpportunityLost, ({ data: { ended } }) => keyOf(ended, ended.stage), (row, event, key) => plus(row, key, { lost: 1, ...stayed(event, event.data.ended) }))
  .on(OpportunityRejected, ({ data: { ended } }) => keyOf(ended, ended.stage), (row, event, key) => plus(row, key, { lost: 1, ...stayed(event, event.data.ended) }))
  .on(OpportunityReopened, ({ data: { former } }) => keyOf(former.ended, former.ended.stage), (row, { data: { former } }, key) =>
    plus(row, key, former.outcome === 'won' ? { won: -1 } : { lost: -1, entered: 1 }))
  .computed<FunnelAnswer, unknown>({
    fields: ['daysInStage', 'passRate'],
    compute: (row) => ({ ...row, daysInStage: row.stays === 0 ? null : Math.round(row.seconds / row.stays / 8640) / 10, passRate: rateOf(row.advanced + row.won, row.entered) }),
  });

const keyOf = ({ salesprocessId, version }: { salesprocessId: string; version: number }, stage: string): string => `${salesprocessId}/${version}/${stage}`;
const keysOf = (process: { salesprocessId: string; version: number }, ...stages: string[]): string[] => stages.map((stage) => keyOf(process, stage));
const stageIn = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

const stayed = ({ occurredAt }: RecordedEvent<object>, { since }: StepContext) => ({ seconds: secondsBetween(since, occurredAt), stays: 1 });

function empty(key: string): FunnelRow {
  const [salesprocessId, version, stage] = key.split('/') as [string, string, string];
  return { salesprocessId, version: Number(version), stage, entered: 0, skipped: 0, advanced: 0, reverted: 0, lost: 0, won: 0, seconds: 0, stays: 0 };
}

function plus(row: FunnelRow | undefined, key: string, counts: Counts): FunnelRow {
  const sum = { ...(row ?? empty(key)) };
  for (const [name, count] of Object.entries(counts) as [keyof Counts, number][]) sum[name] += count;
  return sum;
}
