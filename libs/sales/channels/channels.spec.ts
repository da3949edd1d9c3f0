import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { assignSalesChannel } from '../opportunities/commands/manage-opportunity.js';
import { winOpportunity } from '../opportunities/commands/end-opportunity.js';
import { OpportunityLost, OpportunityOpened, OpportunityReopened, OpportunityWon, SalesChannelAssigned } from '../opportunities/domain/events.js';
import { Opportunity } from '../opportunities/domain/opportunity.js';
import { repLiveSales } from '../performance/views/rep-live-sales.view.js';
import { salesByChannel } from './views/sales-by-channel.view.js';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const at = (moment: string, position: number) => ({ occurredAt: moment, position });
const opened = event(OpportunityOpened, { opportunityId: 'o1', customerId: 'c1', source: 'customer-request', process: { salesprocessId: 'p', version: 1, stages: [{ stage: 's' }] }, stage: 's', skipped: [], value: usd(500), seller: { representativeId: 'mei' } });
const online = event(SalesChannelAssigned, { opportunityId: 'o1', customerId: 'c1', channel: 'online' });
const partner = event(SalesChannelAssigned, { opportunityId: 'o1', customerId: 'c1', former: 'online', channel: 'partner' });
const ended = { salesprocessId: 'p', version: 1, since: '2026-01-01T00:00:00.000Z', openedAt: '2026-01-01T00:00:00.000Z', stage: 's', seller: { representativeId: 'mei' }, channel: 'partner' };
const won = event(OpportunityWon, { opportunityId: 'o1', customerId: 'c1', value: usd(500), ended, competitorIds: [] });
const lost = event(OpportunityLost, { opportunityId: 'o2', customerId: 'c1', reason: 'price', ended, competitorIds: [] });
const former = { outcome: 'won' as const, endedAt: '2026-01-11T00:00:00.000Z', value: usd(500), ended, competitorIds: [] };
const reopened = event(OpportunityReopened, { opportunityId: 'o1', customerId: 'c1', former, stage: 's' });

describe('sales channels', () => {
  it('are named for an opportunity, and told with its end', () => {
    given(Opportunity, [opened]).when(assignSalesChannel, { opportunityId: 'o1', channel: 'online' }).then([online]);
    given(Opportunity, [opened, online]).when(assignSalesChannel, { opportunityId: 'o1', channel: 'online' }).then([]);
    given(Opportunity, [opened, online]).when(assignSalesChannel, { opportunityId: 'o1', channel: 'partner' }).then([partner]);
    expect(given(Opportunity, [opened, online, partner]).when(winOpportunity, { opportunityId: 'o1' }).events[0]!.data).toMatchObject({ ended: { channel: 'partner' } });
  });

  it('are compared by what they win, how often and how fast', async () => {
    const history = [online, partner, recorded(won, at('2026-01-11T00:00:00.000Z', 3)), lost];
    const rows = await given(salesByChannel, history).answers('2026-02-01T00:00:00.000Z');
    expect(rows.get('online')).toMatchObject({ opportunities: 0, won: 0 });
    expect(rows.get('partner')).toEqual({ opportunities: 1, won: 1, lost: 1, value: { USD: 500 }, winRate: 0.5, daysToWin: 10 });
    expect((await given(salesByChannel, [...history, reopened]).answers('2026-02-01T00:00:00.000Z')).get('partner')).toMatchObject({ won: 0, value: {}, winRate: 0 });
  });
});

describe('the sales of a representative', () => {
  it('are told as of the moment of the question: of the day, the month, the quarter', async () => {
    const history = [opened, event(OpportunityOpened, { ...opened.data, opportunityId: 'o2' }), recorded(won, at('2026-01-11T10:00:00.000Z', 3)), recorded(lost, at('2026-02-01T00:00:00.000Z', 4))];
    const of = async (now: string, more: Parameters<typeof given>[1] = history) => (await given(repLiveSales, more as never).answers(now)).get('mei')!;
    expect(await of('2026-01-11T23:00:00.000Z')).toEqual({
      open: 0, today: { won: 1, lost: 0, value: { USD: 500 } }, month: { won: 1, lost: 0, value: { USD: 500 } }, quarter: { won: 1, lost: 1, value: { USD: 500 } },
      lastWon: { opportunityId: 'o1', customerId: 'c1', value: usd(500), at: '2026-01-11T10:00:00.000Z' },
    });
    expect(await of('2026-02-02T00:00:00.000Z')).toMatchObject({ today: { won: 0, lost: 0 }, month: { won: 0, lost: 1 }, quarter: { won: 1, lost: 1 } });
    const again = await of('2026-01-31T00:00:00.000Z', [...history, recorded(reopened, at('2026-02-03T00:00:00.000Z', 5))]);
    expect(again).toMatchObject({ open: 1, month: { won: 0, value: {} } });
    expect(again.lastWon).toBeUndefined();
  });
});
