import { describe, expect, it } from '@jest/globals';
import { event, type NewEvent } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { CustomerRegistered } from '#customers';
import { InteractionAttributed, InteractionCorrected, InteractionRecorded, RelationshipSentimentRecorded, TouchpointExperienceRated } from '#interactions';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from '#purchases';
import { defaultLoyaltyPolicy } from '../commands/default-policies.js';
import { LoyaltyPolicyPublished } from '../domain/policies.js';
import { answersOf, readerOf, reportOf } from '../testing/answers.js';
import { loyalty, type LoyaltyRow } from './loyalty.view.js';
import { policies } from './policies.view.js';

const on = (date: string) => `${date}T10:00:00.000Z`;
const NOW = on('2026-03-01');
type Dated = [date: string, made: NewEvent];

const fold = (...dated: Dated[]) => given(loyalty, dated.map(([date, made], index) => recorded(made, { position: index + 1, occurredAt: on(date) }))).rows();

const bought = (purchaseId: string, amount: number, currency = 'EUR', customerId = 'c1') =>
  event(PurchaseRecorded, { purchaseId, customerId, amount: { amount, currency } });
const returned = (purchaseId: string, purchasedOn: string, amount: number, whole: boolean) =>
  event(PurchaseReturned, { purchaseId, customerId: 'c1', purchasedAt: on(purchasedOn), amount: { amount, currency: 'EUR' }, whole });

const policyIn = (currency: string) =>
  given(policies, [event(LoyaltyPolicyPublished, { version: 1, effectiveFrom: '1970-01-01T00:00:00.000Z', rules: { ...defaultLoyaltyPolicy.rules, currency } })]).rows();

async function answers(rows: Map<string, LoyaltyRow>, currency = 'EUR', now = NOW) {
  return answersOf(loyalty, rows, now, readerOf({ policies: policyIn(currency), loyalty: rows }));
}

describe('The facts of loyalty', () => {
  it('are kept by currency and never added across currencies', () => {
    const row = fold(['2026-01-01', bought('p1', 1000)], ['2026-01-01', bought('p2', 500)], ['2026-01-11', bought('p3', 250)], ['2026-02-01', bought('p4', 90, 'USD')]).get('c1')!;
    expect(row.currencies['EUR']).toMatchObject({ purchases: 3, purchaseDays: 2, total: 1750, first: on('2026-01-01'), last: on('2026-01-11'), intervalDays: 10 });
    expect(row.currencies['USD']).toMatchObject({ purchases: 1, purchaseDays: 1, total: 90, intervalDays: 0 });
  });

  it('are net of returns', () => {
    const part = fold(['2026-01-01', bought('p1', 1000)], ['2026-01-02', returned('p1', '2026-01-01', 300, false)]);
    expect(part.get('c1')?.currencies['EUR']).toMatchObject({ purchases: 1, total: 700 });
    const whole = fold(['2026-01-01', bought('p1', 1000)], ['2026-01-05', bought('p2', 500)], ['2026-01-06', returned('p2', '2026-01-05', 500, true)]);
    expect(whole.get('c1')?.currencies['EUR']).toMatchObject({ purchases: 1, purchaseDays: 1, total: 1000, last: on('2026-01-01'), intervalDays: 0 });
    expect(fold(['2026-01-01', bought('p1', 1000)], ['2026-01-02', returned('p1', '2026-01-01', 1000, true)]).get('c1')?.currencies).toEqual({});
  });

  const correctionOf = (to: { customerId?: string; on?: string; amount?: number; currency?: string }, back = 0) => event(PurchaseCorrected, {
    purchaseId: 'p1', customerId: to.customerId ?? 'c1', returned: { amount: back, currency: to.currency ?? 'EUR' }, reason: 'typing error',
    from: { customerId: 'c1', purchasedAt: on('2026-01-01'), amount: { amount: 1000, currency: 'EUR' } },
    to: { customerId: to.customerId ?? 'c1', purchasedAt: on(to.on ?? '2026-01-01'), amount: { amount: to.amount ?? 1000, currency: to.currency ?? 'EUR' } },
  });

  it('follow a correction of the amount, the day, the currency and the customer', () => {
    const after = (...made: NewEvent[]) => fold(['2026-01-01', bought('p1', 1000)], ...made.map((one): Dated => ['2026-01-09', one]));
    expect(after(correctionOf({ amount: 100 })).get('c1')?.currencies['EUR']).toMatchObject({ purchases: 1, total: 100, first: on('2026-01-01') });
    expect(after(correctionOf({ on: '2026-01-03' })).get('c1')?.currencies['EUR']).toMatchObject({ purchases: 1, total: 1000, first: on('2026-01-03') });
    expect(Object.keys(after(correctionOf({ currency: 'USD' })).get('c1')!.currencies)).toEqual(['USD']);
    const moved = after(returned('p1', '2026-01-01', 200, false), correctionOf({ customerId: 'c2' }, 200));
    expect(moved.get('c1')).toMatchObject({ currencies: {}, behaviour: 0 });
    expect(moved.get('c2')).toMatchObject({ currencies: { EUR: { purchases: 1, total: 800 } }, behaviour: 1 });
  });

  it('show which side of the relationship is missing', () => {
    const felt = event(RelationshipSentimentRecorded, { relationshipId: 'r1', customerId: 'c1', sentiment: 1 });
    const registered = event(CustomerRegistered, { customerId: 'c1', kind: 'person', name: 'Ada', status: 'prospect' });
    const deficient = (...made: NewEvent[]) => fold(...made.map((one): Dated => ['2026-01-01', one])).get('c1')?.deficient;
    expect(deficient(registered)).toBeNull();
    expect(deficient(registered, bought('p1', 1))).toBe('feeling');
    expect(deficient(registered, felt)).toBe('behaviour');
    expect(deficient(registered, felt, bought('p1', 1))).toBeNull();
    expect(deficient(felt, bought('p1', 1), returned('p1', '2026-01-01', 1, true))).toBe('behaviour');
  });

  it('take an interaction and its feeling to the rightful customer', () => {
    const facts = { channel: 'phone', direction: 'inbound', heldAt: on('2026-01-01'), sentiment: -1 } as const;
    const rows = fold(
      ['2026-01-01', event(InteractionRecorded, { interactionId: 'i1', customerId: 'c1', channel: 'phone', direction: 'inbound', summary: 'asked' })],
      ['2026-01-02', event(InteractionCorrected, {
        interactionId: 'i1', customerId: 'c1', fields: ['sentiment'], former: { channel: 'phone', direction: 'inbound', heldAt: on('2026-01-01') },
        facts, formerSummary: 'asked', summary: 'asked', reason: 'forgotten',
      })],
      ['2026-01-03', event(InteractionAttributed, { interactionId: 'i1', customerId: 'c2', formerCustomerId: 'c1', facts, summary: 'asked', reason: 'same name' })],
    );
    expect(rows.get('c1')).toMatchObject({ behaviour: 0, feeling: 0, deficient: null });
    expect(rows.get('c2')).toMatchObject({ behaviour: 1, feeling: 1, deficient: null });
  });

  it('take the rating of an interaction along', () => {
    const facts = { channel: 'phone', direction: 'inbound', heldAt: on('2026-01-01') } as const;
    const rows = fold(
      ['2026-01-01', event(InteractionRecorded, { interactionId: 'i1', customerId: 'c1', channel: 'phone', direction: 'inbound', summary: 'asked' })],
      ['2026-01-02', event(TouchpointExperienceRated, { interactionId: 'i1', customerId: 'c1', channel: 'phone', rating: 2 })],
      ['2026-01-03', event(InteractionAttributed, { interactionId: 'i1', customerId: 'c2', formerCustomerId: 'c1', facts, summary: 'asked', rating: 2, reason: 'same name' })],
    );
    expect(rows.get('c1')).toMatchObject({ behaviour: 0, feeling: 0 });
    expect(rows.get('c2')).toMatchObject({ behaviour: 1, feeling: 1 });
  });

  it('count a touch that is rated again once', () => {
    const rated = { interactionId: 'i1', customerId: 'c1', channel: 'phone', rating: 2 } as const;
    const rows = fold(['2026-01-01', event(TouchpointExperienceRated, rated)], ['2026-01-02', event(TouchpointExperienceRated, { ...rated, formerRating: 2 })]);
    expect(rows.get('c1')?.feeling).toBe(1);
  });
});

describe('Loyalty at a moment', () => {
  it('has recency, frequency, money, repeat rate, interval and tenure in the currency of the policy', async () => {
    const rows = fold(
      ['2025-12-31', event(CustomerRegistered, { customerId: 'c1', kind: 'person', name: 'Ada', status: 'prospect' })],
      ['2026-01-01', bought('p1', 1000)], ['2026-01-11', bought('p2', 500)], ['2026-01-31', bought('p3', 250)], ['2026-02-20', bought('p4', 90, 'USD')],
    );
    expect((await answers(rows)).get('c1')).toMatchObject({
      policyVersion: 1, currency: 'EUR', recencyDays: 29, frequency: 3, monetary: 1750, repeatRate: 2 / 3, meanIntervalDays: 15, tenureDays: 60,
      recencyScore: 5, frequencyScore: 1, monetaryScore: 1, noScoresBecause: null,
      otherCurrencies: [{ currency: 'USD', purchases: 1, monetary: 90 }],
    });
  });

  it('is without scores, and says why, where nothing was bought in the currency or no policy is published', async () => {
    const rows = fold(['2026-01-01', event(CustomerRegistered, { customerId: 'c1', kind: 'person', name: 'Ada', status: 'prospect' })], ['2026-01-01', bought('p1', 5, 'USD', 'c2')]);
    const none = { recencyDays: null, frequency: 0, monetary: 0, recencyScore: null, frequencyScore: null, monetaryScore: null, repeatRate: null, meanIntervalDays: null };
    expect((await answers(rows)).get('c1')).toMatchObject({ ...none, tenureDays: 59, noScoresBecause: 'no purchase in EUR' });
    expect((await answers(rows)).get('c2')).toMatchObject({ ...none, otherCurrencies: [{ currency: 'USD', purchases: 1, monetary: 5 }] });
    const unruled = await answersOf(loyalty, rows, NOW, readerOf({ loyalty: rows }));
    expect(unruled.get('c2')).toMatchObject({ ...none, policyVersion: null, currency: null, noScoresBecause: 'no loyalty policy is published' });
  });

  it('scores by all customers with purchases in the currency', async () => {
    const rows = fold(...Array.from({ length: 10 }, (_, index): Dated => [`2026-01-${String(index + 10)}`, bought(`p${index}`, 100 * (index + 1), 'EUR', `c${index}`)]));
    const scores = [...(await answers(rows)).values()].map(({ recencyScore, frequencyScore, monetaryScore }) => [recencyScore, frequencyScore, monetaryScore]);
    expect(scores).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5].map((score) => [score, 1, score]));
  });

  it('reports the share of buyers who came again', async () => {
    const rows = fold(['2026-01-01', bought('p1', 1)], ['2026-01-02', bought('p2', 1)], ['2026-01-01', bought('p3', 1, 'EUR', 'c2')], ['2026-01-01', bought('p4', 1, 'USD', 'c3')]);
    const reader = readerOf({ policies: policyIn('EUR'), loyalty: rows });
    expect(await reportOf(loyalty, 'repeat_rate', rows, NOW, reader)).toEqual({ currency: 'EUR', buyers: 2, repeatBuyers: 1, repeatRate: 0.5 });
  });
});
