import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { OpportunityContested, OpportunityLost, OpportunityReopened, OpportunityWon } from '../opportunities/domain/events.js';
import { observeCompetitorPrice, observeCompetitorRelationship, registerCompetitor } from './commands/competitors.js';
import { Competitor, CompetitorPriceObserved, CompetitorProductRecorded, CompetitorRegistered, CompetitorRelationshipObserved, CompetitorStrengthNoted, CounterStrategyAdopted } from './domain/competitor.js';
import { competitorCard } from './views/competitor-card.view.js';
import { contestedCustomers } from './views/contested-customers.view.js';
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
    expect(given(Competitor, [registered, product]).when(observeCompetitorPrice, { competitorId: 'rival', product: 'Cha', price: usd(1) }).events).toHaveLength(1);
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

  it('contests customers', () => {
    const seen = event(CompetitorRelationshipObserved, { competitorId: 'rival', customerId: 'c1', product: 'Cha', chancePercent: 30 });
    expect(given(contestedCustomers, [seen, event(OpportunityContested, { opportunityId: 'o1', customerId: 'c1', competitorId: 'rival' }), lost]).rows().get('c1')).toMatchObject({
      contests: [{ competitorId: 'rival', products: ['Cha'], chancePercent: 30, contested: 1, taken: 1 }],
    });
  });
});
