import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { salesPerformance } from '../../performance/views/sales-performance.view.js';
import { EIGHT_STEPS } from '../../sales-processes/domain/default-process.js';
import { SalesProcessVersionPublished } from '../../sales-processes/domain/sales-process.js';
import { OpportunityLost, OpportunityOpened, OpportunityReopened, OpportunityStageAdvanced, OpportunityWon } from '../domain/events.js';
import { pipeline, type PipelineAnswer } from './pipeline.view.js';
import { sellingStepsFunnel } from './selling-steps-funnel.view.js';

const day = (date: number) => `2026-01-${String(date).padStart(2, '0')}T12:00:00.000Z`;
const usd = (amount: number) => ({ amount, currency: 'USD' });
const process = { salesprocessId: 'eight-steps', version: 1, stages: EIGHT_STEPS.map(({ name: _, ...stage }) => stage) };
const seller = { representativeId: 'mei', region: 'East', managerId: 'ida' };
const ended = (stage: string, since: string) => ({ salesprocessId: 'eight-steps', version: 1, since, openedAt: day(1), stage, seller });

const published = recorded(event(SalesProcessVersionPublished, { salesprocessId: 'eight-steps', version: 1, stages: [...EIGHT_STEPS] }), { position: 1 });
const opened = recorded(event(OpportunityOpened, { opportunityId: 'o1', customerId: 'c1', seller, source: 'lead', process, stage: 'find-prospect', skipped: [], value: usd(1000) }), { position: 2, occurredAt: day(1) });
const advanced = recorded(
  event(OpportunityStageAdvanced, { opportunityId: 'o1', customerId: 'c1', from: 'find-prospect', to: 'identify-needs', skipped: ['arrange-visit', 'build-trust'], step: { salesprocessId: 'eight-steps', version: 1, since: day(1) } }),
  { position: 3, occurredAt: day(3) },
);
const lost = recorded(event(OpportunityLost, { opportunityId: 'o1', customerId: 'c1', value: usd(1000), reason: 'price', competitorId: 'rival', competitorIds: [], ended: ended('identify-needs', day(3)) }), { position: 4, occurredAt: day(8) });
const former = { outcome: 'lost' as const, endedAt: day(8), value: usd(1000), ended: ended('identify-needs', day(3)), competitorIds: [] };
const reopened = recorded(event(OpportunityReopened, { opportunityId: 'o1', customerId: 'c1', former, stage: 'identify-needs' }), { position: 5, occurredAt: day(9) });
const won = recorded(event(OpportunityWon, { opportunityId: 'o1', customerId: 'c1', value: usd(1200), competitorIds: [], ended: ended('identify-needs', day(9)) }), { position: 6, occurredAt: day(21) });

async function* each<Row>(rows: Iterable<Row>) {
  yield* rows;
}

describe('the pipeline', () => {
  it('shows each stay in a stage, what was skipped, and how the opportunity ended', () => {
    expect(given(pipeline, [opened, advanced, lost]).rows().get('o1')).toMatchObject({
      status: 'lost', stage: 'identify-needs', skipped: ['arrange-visit', 'build-trust'], lostBecause: 'price', lostTo: 'rival', endedAt: day(8),
      stays: [{ stage: 'find-prospect', enteredAt: day(1), leftAt: day(3) }, { stage: 'identify-needs', enteredAt: day(3), leftAt: day(8) }],
    });
  });

  it('is without the end that no longer counts', () => {
    const row = given(pipeline, [opened, advanced, lost, reopened]).rows().get('o1')!;
    expect(row).toMatchObject({ status: 'open', timesReopened: 1 });
    expect(Object.keys(row)).toEqual(expect.not.arrayContaining(['endedAt', 'lostBecause', 'lostTo']));
  });

  it('tells age and weighted value as of the moment of the question', () => {
    const row = given(pipeline, [opened, advanced]).rows().get('o1')!;
    expect(pipeline.computation!.compute(row, day(5), undefined)).toMatchObject({ daysInStage: 2, ageInDays: 4, weightedValue: usd(350) } satisfies Partial<PipelineAnswer>);
  });

  it('reports totals, win rate and cycle time', async () => {
    const rows = [...given(pipeline, [opened, advanced, lost, reopened, won]).rows().values()].map((row) => pipeline.computation!.compute(row, day(30), undefined));
    const ask = (report: string) => pipeline.reports.get(report)!.run(each(rows), day(30), undefined);
    expect(await ask('totals')).toMatchObject({ byStage: [], byStatus: [{ key: 'won', opportunities: 1, wonValue: { USD: 1200 } }], byQuarter: [{ key: '2026-Q1', won: 1 }], byRegion: [{ key: 'East' }] });
    expect(await ask('win_rate')).toMatchObject({ all: [{ won: 1, lost: 0, rate: 1 }] });
    expect(await ask('cycle_time')).toMatchObject({ byOutcome: [{ key: 'won', count: 1, meanDays: 20, medianDays: 20 }], byStage: [{ key: 'find-prospect', meanDays: 2 }, { key: 'identify-needs', meanDays: 5 }] });
  });
});

describe('the funnel of the selling steps', () => {
  it('counts who came, went on, was skipped and was lost, and how long they stayed', () => {
    const rows = given(sellingStepsFunnel, [published, opened, advanced, lost]).rows();
    expect(rows.size).toBe(8);
    expect(rows.get('eight-steps/1/find-prospect')).toMatchObject({ order: 1, entered: 1, advanced: 1, stays: 1, seconds: 2 * 86_400 });
    expect(rows.get('eight-steps/1/build-trust')).toMatchObject({ order: 3, entered: 0, skipped: 1 });
    expect(rows.get('eight-steps/1/identify-needs')).toMatchObject({ entered: 1, lost: 1, seconds: 5 * 86_400 });
  });

  it('takes back a loss that no longer counts', () => {
    expect(given(sellingStepsFunnel, [published, opened, advanced, lost, reopened, won]).rows().get('eight-steps/1/identify-needs')).toMatchObject({ entered: 2, lost: 0, won: 1 });
  });
});

describe('the sales performance', () => {
  it('has what was won and lost in the month and region of the end', async () => {
    const rows = given(salesPerformance, [opened, advanced, lost]).rows();
    expect(rows.get('2026-01/East/mei')).toMatchObject({ quarter: '2026-Q1', managerId: 'ida', won: 0, lost: 1, value: {} });
    const after = given(salesPerformance, [opened, advanced, lost, reopened, won]).rows();
    expect(after.get('2026-01/East/mei')).toMatchObject({ won: 1, lost: 0, value: { USD: 1200 } });
    expect(await salesPerformance.reports.get('by_region')!.run(each([...after.values()].map((row) => ({ ...row, _id: '' }))), day(30), undefined)).toMatchObject([{ key: 'East', won: 1, winRate: 1, daysToWin: 20 }]);
  });
});
