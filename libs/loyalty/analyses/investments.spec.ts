import { describe, expect, it } from '@jest/globals';
import { event, type NewEvent } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { recordRelationshipInvestment, withdrawRelationshipInvestment } from '../commands/investments.js';
import { CostAllocated, type CostKind } from '../domain/costs.js';
import { Investment, RelationshipInvestmentRecorded, RelationshipInvestmentWithdrawn, type InvestmentKind } from '../domain/investments.js';
import { STARTING_VALUE_RULES, ValuePolicyPublished } from '../domain/value-policy.js';
import { findingsOf } from '../testing/analysing.js';
import { bought, history, publishedPolicies } from '../testing/purchases.js';
import { investments } from '../views/investments.view.js';
import { investmentVsValue } from './investment-vs-value.analysis.js';

const now = '2026-06-30T23:59:59.999Z';
const usd = (amount: number) => ({ amount, currency: 'USD' });
const rules = { ...STARTING_VALUE_RULES, currency: 'USD', margin: 0.5, costPerPurchase: 0, windowDays: 90, tiers: [{ name: 'top', share: 0.4 }, { name: 'rest', share: 0.6 }] };
const policy: [string, NewEvent] = ['1970-01-01', event(ValuePolicyPublished, { version: 1, effectiveFrom: '1970-01-01T00:00:00.000Z', rules })];
const invested = (investmentId: string, customerId: string, kind: InvestmentKind, amount = usd(50)) => event(RelationshipInvestmentRecorded, { investmentId, customerId, kind, amount });
const withdrawn = (investmentId: string, customerId: string) => event(RelationshipInvestmentWithdrawn, { investmentId, customerId, reason: 'Never given' });
const cost = (costId: string, customerId: string, kind: CostKind, amount: number) => event(CostAllocated, { costId, customerId, kind, amount: usd(amount), basis: 'Hours' });

describe('An investment in a relationship', () => {
  const command = { investmentId: 'i', customerId: 'a', kind: 'gift', amount: usd(50), note: 'A teapot for the anniversary' } as const;

  it('is recorded once, with what it was for', () => {
    given(Investment, []).when(recordRelationshipInvestment, command).then([event(RelationshipInvestmentRecorded, command)]);
    given(Investment, [invested('i', 'a', 'gift')]).when(recordRelationshipInvestment, command).thenRejected('investment-already-recorded');
    given(Investment, []).when(recordRelationshipInvestment, { ...command, amount: usd(0) }).thenRejected('investment-not-above-zero');
  });

  it('is taken back once, where there is one, and its id is not used again', () => {
    const taken = { investmentId: 'i', reason: 'Never given' };
    given(Investment, []).when(withdrawRelationshipInvestment, taken).thenRejected('investment-not-found');
    given(Investment, [invested('i', 'a', 'gift')]).when(withdrawRelationshipInvestment, taken).then([withdrawn('i', 'a')]);
    given(Investment, [invested('i', 'a', 'gift'), withdrawn('i', 'a')]).when(withdrawRelationshipInvestment, taken).then([]);
    given(Investment, [invested('i', 'a', 'gift'), withdrawn('i', 'a')]).when(recordRelationshipInvestment, command).thenRejected('investment-already-recorded');
  });

  it('shows with what became of it', () => {
    const events = history(['2026-05-01', invested('i', 'a', 'gift')], ['2026-05-02', withdrawn('i', 'a')]);
    const row = { investmentId: 'i', customerId: 'a', kind: 'gift', amount: usd(50), at: '2026-05-01T10:00:00.000Z', eventId: events[0]!.id } as const;
    given(investments, events.slice(0, 1)).then('i', row);
    given(investments, events).then('i', { ...row, withdrawnAt: '2026-05-02T10:00:00.000Z', withdrawnBecause: 'Never given' });
  });
});

describe('Investment and value', () => {
  const purchases = [['2026-05-01', bought('a', 'p1', 600)], ['2026-05-02', bought('b', 'p2', 200)], ['2026-05-03', bought('c', 'p3', 200)], ['2025-01-01', bought('d', 'p4', 900)]] as const;
  const spent = [
    ['2026-05-10', invested('i1', 'a', 'gift')], ['2026-05-10', cost('k1', 'a', 'campaign', 50)], ['2026-05-10', cost('k2', 'b', 'service', 100)], ['2026-05-10', invested('i2', 'e', 'event', usd(200))],
    // Of other kinds, before these days, in another currency, taken back.
    ['2026-05-10', cost('k3', 'c', 'direct', 70)], ['2026-05-10', cost('k4', 'c', 'overhead', 70)], ['2025-05-10', invested('i3', 'c', 'training', usd(900))], ['2026-05-11', invested('i4', 'c', 'time', { amount: 900, currency: 'EUR' })],
    ['2026-05-12', invested('i5', 'd', 'other', usd(1_000))], ['2026-06-01', withdrawn('i5', 'd')],
  ] as const;

  it('are shares of what each gets and brings, term by term, by rank, with a finding for each', async () => {
    const { rows, summary, notes } = await findingsOf(investmentVsValue, history(...publishedPolicies, policy, ...purchases, ...spent), now);
    expect(rows).toMatchObject([
      { customerId: 'a', tier: 'top', important: true, profit: 300, valueRank: 1, valueShare: 0.6, recorded: 50, service: 0, campaign: 50, invested: 100, investmentRank: 2, investmentShare: 0.25, gap: -0.35, finding: 'under-invested' },
      { customerId: 'b', tier: 'top', important: true, profit: 100, valueRank: 2, valueShare: 0.2, recorded: 0, service: 100, campaign: 0, invested: 100, investmentRank: 2, investmentShare: 0.25, gap: expect.closeTo(0.05, 12), finding: 'in line' },
      { customerId: 'c', tier: 'rest', important: false, valueRank: 2, valueShare: 0.2, invested: 0, investmentRank: 4, investmentShare: 0, gap: -0.2, finding: 'in line' },
      { customerId: 'd', tier: 'rest', important: false, profit: 0, valueRank: 4, valueShare: 0, invested: 0, gap: 0, finding: 'in line' },
      { customerId: 'e', tier: 'rest', important: false, profit: 0, valueRank: 4, recorded: 200, invested: 200, investmentRank: 1, investmentShare: 0.5, gap: 0.5, finding: 'over-invested' },
    ]);
    expect(summary).toMatchObject({
      currency: 'USD', windowDays: 90, customers: 5, profit: 500, invested: 400, recorded: 250, service: 100, campaign: 50, recordedFor: { gift: 50, event: 200 }, topTier: 'top', topTierCustomers: 2, topTierInvestmentShare: 0.5, topTierValueShare: 0.8,
      investmentGini: expect.closeTo(0.5, 12), valueGini: expect.closeTo(0.56, 12), underInvested: 1, overInvested: 1,
      tiers: [{ tier: 'top', customers: 2, profit: 400, invested: 200, investmentShare: 0.5, valueShare: 0.8 }, { tier: 'rest', customers: 3, profit: 100, invested: 200, investmentShare: 0.5, valueShare: 0.2 }],
    });
    expect(notes).toEqual(['What was invested in EUR is left out: amounts of different currencies are never added.']);
  });

  it('count what was taken back later until then', async () => {
    const may = '2026-05-31T23:59:59.999Z';
    const { rows } = await findingsOf(investmentVsValue, history(...publishedPolicies, policy, ...purchases, ...spent).filter(({ occurredAt }) => occurredAt <= may), may);
    expect(rows.find(({ customerId }) => customerId === 'd')).toMatchObject({ recorded: 1_000, investmentRank: 1, finding: 'over-invested' });
  });

  it('are not compared where nothing was invested or nobody brought any profit', async () => {
    const nothing = await findingsOf(investmentVsValue, history(...publishedPolicies, policy, ...purchases), now);
    expect(nothing.rows[0]).toMatchObject({ customerId: 'a', important: true, valueShare: 0.6, invested: 0, investmentShare: null, gap: null, finding: null });
    expect([nothing.summary['investmentGini'], nothing.summary['topTierInvestmentShare'], nothing.notes]).toEqual([null, null, ['Nothing was invested in anybody in the last 90 days.']]);
    const worthless = await findingsOf(investmentVsValue, history(...publishedPolicies, policy, ['2026-05-10', invested('i1', 'e', 'gift')]), now);
    expect(worthless.rows).toMatchObject([{ customerId: 'e', important: false, valueShare: null, investmentShare: 1, gap: null, finding: null }]);
    expect((await findingsOf(investmentVsValue, history(...publishedPolicies, policy), now)).summary).toMatchObject({ customers: 0, topTier: null, topTierInvestmentShare: null, valueGini: null, tiers: [{ tier: 'top', investmentShare: null }, { tier: 'rest', valueShare: null }] });
  });

  it('know important ones where the first tier is too small to have anybody', async () => {
    const few: [string, NewEvent] = ['1970-01-01', event(ValuePolicyPublished, { version: 1, effectiveFrom: '1970-01-01T00:00:00.000Z', rules: { ...rules, tiers: STARTING_VALUE_RULES.tiers } })];
    const { rows, summary } = await findingsOf(investmentVsValue, history(...publishedPolicies, few, ...purchases, ...spent), now);
    expect(rows.filter(({ important }) => important)).toMatchObject([{ customerId: 'a', tier: 'medium', finding: 'under-invested' }]);
    expect(summary).toMatchObject({ topTier: 'medium', topTierCustomers: 1 });
  });
});
