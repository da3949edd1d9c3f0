import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { type ModelVersionRow } from '#models';
import { creditHistories, daysBeyondTerms, DunningNoticeSent, InstalmentFellDue, PaymentAllocated, PaymentReversed, PromiseToPayBroken, type CreditHistory } from '#sales';
import { calibration } from '#loyalty';
import { creditRisk } from '../analyses/credit-risk.analysis.js';
import { creditModel, standings } from './credit.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const day = (made: ReturnType<typeof event>, on: string, position: number) => recorded(made, { position, occurredAt: `${on}T10:00:00.000Z` });
const about = { contractId: 'k', customerId: 'c' };
const due = (number: number, dueOn: string) => event(InstalmentFellDue, { ...about, number, dueOn, amount: eur(100), open: eur(100), dunning: { policyVersion: 1, levels: [] } });
const paid = (number: number, dueOn: string, open = 0) => event(PaymentAllocated, { ...about, paymentId: `p${number}`, number, amount: eur(100 - open), open: eur(open), dueOn });

/** Somebody with an instalment on the first of each month, paid so many days later. */
const payer = (customerId: string, late: readonly (number | null)[]): CreditHistory => ({
  customerId,
  instalments: Object.fromEntries(late.map((days, month) => {
    const dueOn = `2025-${String(month + 1).padStart(2, '0')}-01`;
    const paidOn = days === null ? undefined : new Date(Date.parse(dueOn) + days * 86_400_000).toISOString().slice(0, 10);
    return [`k/${month}`, { dueOn, notices: (days ?? 0) > 10 ? 1 : 0, brokenPromises: 0, ...(paidOn !== undefined && { paidOn }) }];
  })),
});
const asOf = (row: CreditHistory, today: string): CreditHistory => ({
  ...row, instalments: Object.fromEntries(Object.entries(row.instalments).filter(([, { dueOn }]) => dueOn < today).map(([key, { paidOn, ...each }]) => [key, paidOn !== undefined && paidOn <= today ? { ...each, paidOn } : each])),
});

describe('How a customer pays', () => {
  it('is told by what fell due, what was paid when, notices and promises; a payment that is sent back opens its instalment again', () => {
    const reopened = [{ number: 1, dueOn: '2025-01-10', amount: eur(100), open: eur(100), level: 0, levels: [] }];
    const history = [
      day(due(1, '2025-01-10'), '2025-01-10', 1), day(paid(1, '2025-01-10', 40), '2025-01-12', 2), day(paid(1, '2025-01-10'), '2025-01-15', 3), day(due(2, '2025-02-10'), '2025-02-10', 4),
      day(event(DunningNoticeSent, { ...about, number: 2, level: 1, tone: 'kind', open: eur(100), dueOn: '2025-02-10' }), '2025-02-20', 5),
      day(event(PromiseToPayBroken, { ...about, number: 2, promisedOn: '2025-02-25', open: eur(100) }), '2025-02-26', 6),
    ];
    given(creditHistories(), history).then('c', { customerId: 'c', instalments: { 'k/1': { dueOn: '2025-01-10', notices: 0, brokenPromises: 0, paidOn: '2025-01-15' }, 'k/2': { dueOn: '2025-02-10', notices: 1, brokenPromises: 1 } } });
    const sentBack = event(PaymentReversed, { ...about, paymentId: 'p1', amount: eur(100), allocations: [{ number: 1, amount: eur(100) }], reopened, reason: 'No cover' });
    given(creditHistories(), [...history.slice(0, 3), day(sentBack, '2025-01-20', 9)]).then('c', { customerId: 'c', instalments: { 'k/1': { dueOn: '2025-01-10', notices: 0, brokenPromises: 0 } } });
  });

  it('counts days beyond terms to the day of payment, or to today', () => {
    const one = { dueOn: '2025-01-10', notices: 0, brokenPromises: 0 };
    expect([daysBeyondTerms(one, '2025-01-10'), daysBeyondTerms(one, '2025-01-25'), daysBeyondTerms({ ...one, paidOn: '2025-01-08' }, '2025-03-01'), daysBeyondTerms({ ...one, paidOn: '2025-01-14' }, '2025-03-01')]).toEqual([0, 15, 0, 4]);
    expect(standings([payer('c', [0, 6, null])], '2025-03-11')).toEqual([{ customerId: 'c', values: { due: 3, lateShare: 2 / 3, meanDaysBeyondTerms: 16 / 3, longestDaysBeyondTerms: 10, overdue: 1, notices: 0, brokenPromises: 0 } }]);
  });
});

describe('Credit risk', () => {
  // Those who were late go on to be late, mostly.
  const all = Array.from({ length: 30 }, (_, n) => payer(`c${String(n).padStart(2, '0')}`, Array.from({ length: 10 }, (__, month) => (n % 3 === 0 ? 20 + ((n + month) % 9) : n === 1 && month > 6 ? 40 : (n + month) % 4))));
  const [cut, now] = ['2025-06-15T00:00:00.000Z', '2025-12-15T00:00:00.000Z'];
  const before = all.map((row) => asOf(row, cut.slice(0, 10)));
  const ask = (histories: readonly CreditHistory[], known: readonly CreditHistory[], models: readonly (ModelVersionRow & { _id: string })[] = [], model: 'fitted' | 'promoted' = 'fitted') =>
    creditRisk.compute({ histories: histories.map((row) => ({ ...row, _id: row.customerId })), before: known.map((row) => ({ ...row, _id: row.customerId })), models }, { now, from: cut, parameters: { graceDays: 14, lambda: 1, model } });

  it('is learnt from what was known at the earlier moment: who paid late, is likely to', () => {
    const { rows, summary } = ask(all, before);
    expect(summary).toMatchObject({ customers: 30, learntFrom: 30, paidTooLate: 11, crossValidated: { areaUnderCurve: expect.any(Number) } });
    const probabilityOf = (id: string) => rows.find(({ customerId }) => customerId === id)!.probability!;
    expect(probabilityOf('c03')).toBeGreaterThan(0.5);
    expect(probabilityOf('c02')).toBeLessThan(0.5);
    expect(rows.find(({ customerId }) => customerId === 'c03')).toMatchObject({ level: 'late', reasons: [{ feature: expect.any(String) }, {}, {}] });
  });

  it('takes nothing from after the earlier moment into its features', () => {
    const other = all.map((row, n) => (n % 2 === 0 ? row : payer(row.customerId, Array.from({ length: 10 }, (__, month) => (month < 5 ? (n % 3 === 0 ? 20 + ((n + month) % 9) : (n + month) % 4) : 60)))));
    const means = (histories: readonly CreditHistory[]) => {
      const model = creditModel(histories.map((row) => asOf(row, cut.slice(0, 10))), all, cut.slice(0, 10), now.slice(0, 10), 14, 1);
      return 'because' in model ? model : model.scale.mean.slice(0, 1);
    };
    expect(means(other)).toEqual(means(all));
  });

  it('says so where there is nothing to learn from: nobody who had to pay, nobody who was late', () => {
    expect(ask([], [])).toMatchObject({ rows: [], notes: ['No instalment of anybody has fallen due.', expect.stringContaining('There is no model')] });
    const good = [payer('a', [0, 0, 0, 0, 0, 0, 0, 0]), payer('b', [1, 0, 0, 0, 0, 0, 0, 0])];
    expect(ask(good, good.map((row) => asOf(row, cut.slice(0, 10))))).toMatchObject({ rows: [{ customerId: 'a', level: 'good', probability: null }, { customerId: 'b', level: 'slow' }], notes: ['There is no model: it happened to nobody. Probabilities are null.'] });
  });

  it('is scored by the version on record, and what that foretold by who paid too late', () => {
    const { summary, rows } = ask(all, before);
    const fitted = summary as unknown as { intercept: number; coefficients: { feature: string; coefficient: number; mean: number; deviation: number }[] };
    const parameters = { intercept: fitted.intercept, ...Object.fromEntries(fitted.coefficients.flatMap(({ feature, coefficient, mean, deviation }) => [[feature, coefficient], [`${feature}.mean`, mean], [`${feature}.deviation`, deviation]])) };
    const version = { _id: 'credit/1', modelId: 'credit', version: 1, method: 'logistic_ridge', status: 'promoted' as const, recordedAt: cut, data: { graceDays: 14, horizonDays: 183 }, parameters, eventId: 'e' };
    const scored = ask(all, before, [version], 'promoted');
    expect(scored.summary).toMatchObject({ model: 'credit/1', horizonDays: 183, graceDays: 14, event: 'e' });
    expect(scored.rows.map(({ probability }) => probability)).toEqual(rows.map(({ probability }) => probability));
    expect(ask(all, before, [], 'promoted').notes).toEqual([expect.stringContaining('no model of credit risk was promoted by then')]);

    const foretold = (customerId: string, expected: number) => ({ _id: `p/${customerId}`, predictionId: 'p', customerId, modelId: 'credit', modelVersion: 1, measure: 'late-payment', asOf: cut, horizonDays: 183, expected, recordedAt: cut, eventId: 'e' });
    const held = (now: string) => calibration.compute(
      { customers: [], policies: [], predictions: [foretold('c03', 0.75), foretold('c02', 0.25), foretold('nobody', 0.5)], models: [version], credit: all.map((row) => ({ ...row, _id: row.customerId })) },
      { now, parameters: { measure: 'late-payment', bins: 2 } },
    );
    expect(held('2025-12-14T23:59:59.999Z')).toMatchObject({ rows: [], summary: { predictions: 3, scored: 0 } });
    const { rows: bins, summary: about, notes } = held('2025-12-15T23:59:59.999Z');
    expect(bins.map(({ expected, actual }) => [expected, actual])).toEqual([[0.25, 0], [0.75, 1]]);
    expect(about).toMatchObject({ measure: 'late-payment', predictions: 3, scored: 2, models: ['credit/1'], error: 0 });
    expect(notes).toEqual([expect.stringContaining('1 predictions cannot be scored')]);
  });
});
