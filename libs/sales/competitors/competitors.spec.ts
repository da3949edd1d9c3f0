import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { OpportunityContested, OpportunityLost, OpportunityOpened, OpportunityReopened, OpportunityWon } from '../opportunities/domain/events.js';
import { observeCompetitorPrice, observeCompetitorRelationship, registerCompetitor } from './commands/competitors.js';
import { Competitor, CompetitorPriceObserved, CompetitorProductRecorded, CompetitorRegistered, CompetitorRelationshipObserved, CompetitorStrengthNoted, CounterStrategyAdopted } from './domain/competitor.js';
import { competitorCard } from './views/competitor-card.view.js';
import { PriceChanged } from '../pricing/domain/price-list.js';
import { contestOpportunity } from '../opportunities/commands/manage-opportunity.js';
import { loseOpportunity } from '../opportunities/commands/end-opportunity.js';
import { Opportunity } from '../opportunities/domain/opportunity.js';
import { contestedCustomers } from './views/contested-customers.view.js';
import { priceHistoryVsOurs } from './views/price-history-vs-ours.view.js';
import { winLossByCompetitor } from './views/win-loss-by-competitor.view.js';

const day = (date: number) => `2026-01-0${date}T12:00:00.000Z`;
const usd = (amount: number) => ({ amount, currency: 'USD' });
const registered = event(CompetitorRegistered, { competitorId: 'rival', name: 'Rival' });
const product = event(CompetitorProductRecorded, { competitorId: 'rival', product: 'Cha', offeringId: 'tea' });
const price = (date: number, amount: number) => recorded(event(CompetitorPriceObserved, { competitorId: 'rival', product: 'Cha', price: usd(amount) }), { position: 10 - date, occurredAt: day(date) });
const ended = { salesprocessId: 'p', version: 1, since: day(1), openedAt: day(1), stage: 's' };
const lost = event(OpportunityLost, { opportunityId: 'o1', customerId: 'c1', value: usd(500), reason: 'price', competitorId: 'rival', competitorIds: ['rival', 'other'], ended });

describe('a competitor', () => {
  it('is registered once, and has prices of what it is known to sell', () => {
    given(Competitor, [registered]).when(registerCompetitor, { competitorId: 'rival', name: 'Rival' }).thenRejected('competitor-already-registered');
    given(Competitor, [registered]).when(observeCompetitorPrice, { competitorId: 'rival', product: 'Cha', price: usd(1) }).thenRejected('competitor-product-not-found');
    given(Competitor, [registered, product]).when(observeCompetitorPrice, { competitorId: 'rival', product: 'Cha', price: usd(1) })
      .then([event(CompetitorPriceObserved, { competitorId: 'rival', product: 'Cha', price: usd(1), offeringId: 'tea' })]);
    given(Competitor, [registered]).when(observeCompetitorRelationship, { competitorId: 'rival', customerId: 'c1' }, {}, null).thenRejected('customer-not-found');
  });

  it('has a card with prices in the order of their days, whenever they were recorded', () => {
    const noted = [event(CompetitorStrengthNoted, { competitorId: 'rival', strength: 'Quick' }), event(CounterStrategyAdopted, { competitorId: 'rival', counterStrategy: 'Deliver overnight' })];
    expect(given(competitorCard, [registered, product, price(3, 80), price(2, 90), ...noted]).rows().get('rival')).toMatchObject({
      name: 'Rival', products: [{ product: 'Cha', offeringId: 'tea', prices: [{ at: day(2), price: usd(90) }, { at: day(3), price: usd(80) }] }],
      strengths: [{ text: 'Quick' }], counterStrategies: [{ text: 'Deliver overnight' }],
    });
  });

  it('wins and loses deals: one that it took, one that another took while it was after it, one that we won', () => {
    const won = event(OpportunityWon, { opportunityId: 'o2', customerId: 'c1', value: usd(100), competitorIds: ['rival'], ended });
    const rows = given(winLossByCompetitor, [lost, won]).rows();
    expect(rows.get('rival')).toEqual({ won: 1, lost: 1, lostToOthers: 0, lostValue: { USD: 500 } });
    expect(rows.get('other')).toEqual({ won: 0, lost: 0, lostToOthers: 1, lostValue: {} });
    const former = { outcome: 'lost' as const, endedAt: day(1), value: usd(500), ended, competitorId: 'rival', competitorIds: ['rival', 'other'] };
    expect(given(winLossByCompetitor, [lost, won, event(OpportunityReopened, { opportunityId: 'o1', customerId: 'c1', former, stage: 's' })]).rows().get('rival')).toEqual({ won: 1, lost: 0, lostToOthers: 0, lostValue: {} });
  });

  it('asks other prices than we do, told at any moment beside ours in the same currency', async () => {
    const ours = (amount: number, effectiveFrom: string) => event(PriceChanged, { pricelistId: 'retail', offeringId: 'tea', price: usd(amount), effectiveFrom });
    const seen = (date: number, amount: number) => recorded(event(CompetitorPriceObserved, { competitorId: 'rival', product: 'Cha', offeringId: 'tea', price: usd(amount) }), { position: date, occurredAt: day(date) });
    const view = given(priceHistoryVsOurs, [ours(90, day(1)), ours(120, day(5)), seen(3, 80), seen(2, 100), seen(6, 96)]);
    const higherBy = async (now: string) => (await view.answers(now)).get('tea')!.compared.map(({ oursIsHigherBy }) => oursIsHigherBy);
    expect([await higherBy(day(1)), await higherBy(day(2)), await higherBy(day(4)), await higherBy(day(7))]).toEqual([[], [-10], [12.5], [25]]);
  });

  it('has to be known before a deal is contested by it or lost to it', () => {
    const open = event(OpportunityOpened, { opportunityId: 'o1', customerId: 'c1', source: 'lead', process: { salesprocessId: 'p', version: 1, stages: [{ stage: 's' }] }, stage: 's', skipped: [] });
    const contested = event(OpportunityContested, { opportunityId: 'o1', customerId: 'c1', competitorId: 'rival' });
    given(Opportunity, [open]).when(contestOpportunity, { opportunityId: 'o1', competitorId: 'rival' }, {}, null).thenRejected('competitor-not-found');
    given(Opportunity, [open]).when(contestOpportunity, { opportunityId: 'o1', competitorId: 'rival' }, {}, { products: {} }).then([contested]);
    given(Opportunity, [open]).when(loseOpportunity, { opportunityId: 'o1', reason: 'competitor', competitorId: 'rival' }, {}, null).thenRejected('competitor-not-found');
    expect(given(Opportunity, [open]).when(loseOpportunity, { opportunityId: 'o1', reason: 'price' }, {}, null).error).toBeUndefined();
  });

  it('contests customers', () => {
    const seen = event(CompetitorRelationshipObserved, { competitorId: 'rival', customerId: 'c1', product: 'Cha', chancePercent: 30 });
    expect(given(contestedCustomers, [seen, event(OpportunityContested, { opportunityId: 'o1', customerId: 'c1', competitorId: 'rival' }), lost]).rows().get('c1')).toMatchObject({
      contests: [{ competitorId: 'rival', products: ['Cha'], chancePercent: 30, contested: 1, taken: 1 }],
    });
  });
});
