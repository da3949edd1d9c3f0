import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { event, type AnyAnalysis, type NewEvent, type RecordedEvent } from '#event-sourcing';
import { recorded } from '#event-sourcing/testing';
import { ModelPromoted, ModelTrained, PredictionsMade } from '#models';
import { findingsOf, inputsOf } from '../testing/analysing.js';
import { bought, cdnowPurchases, history, publishedPolicies } from '../testing/purchases.js';
import { buyingModels } from './buying-models.analysis.js';
import { calibration } from './calibration.analysis.js';
import { expectedPurchasesOfAll } from './expected-purchases.analysis.js';
import { forecastCheck } from './forecast-check.analysis.js';
import { renewalModel } from './renewal-model.analysis.js';
import { renewals } from './renewals.analysis.js';

const FILE = resolve('../shared/data/cdnow/CDNOW_sample.txt');
const present = existsSync(FILE);
if (!present) console.log(`Skipped: there is no ${FILE}.`);

const CALIBRATION = '1997-09-30T23:59:59.999Z';
const END = '1998-06-30T23:59:59.999Z';
const near = (value: unknown, expected: number, share: number) => expect(Math.abs((value as number) / expected - 1)).toBeLessThan(share);
const until = (events: readonly RecordedEvent[], moment: string) => events.filter(({ occurredAt }) => occurredAt <= moment);

// Real data are no part of the project: where they are missing, this is skipped, and said so above.
(present ? describe : describe.skip)('The buyers of the CDNOW sample', () => {
  const events = present ? [...history(...publishedPolicies), ...cdnowPurchases(readFileSync(FILE, 'utf8'), true)] : [];

  it('follow the published models, fitted as of 1997-09-30 to the full history', async () => {
    const { rows, summary } = await findingsOf(buyingModels, until(events, CALIBRATION), CALIBRATION);
    const estimates = Object.fromEntries(rows.map(({ model, parameter, estimate }) => [`${model as string}.${parameter as string}`, estimate]));
    for (const [name, value] of Object.entries({ 'bg_nbd.r': 0.2426, 'bg_nbd.alpha': 4.4135, 'bg_nbd.a': 0.7929, 'bg_nbd.b': 2.4258 })) near(estimates[name], value, 0.001);
    // Amounts are in cents: gamma is 100 times that of dollars.
    for (const [name, value] of Object.entries({ 'gamma_gamma.p': 6.25, 'gamma_gamma.q': 3.74, 'gamma_gamma.gamma': 1544 })) near(estimates[name], value, 0.01);
    expect(summary['gamma_gamma']).toMatchObject({ observations: 946 });
    for (const { estimate, standardError, lower, upper } of rows as { estimate: number; standardError: number; lower: number; upper: number }[]) expect(standardError > 0 && lower < estimate && estimate < upper).toBe(true);
  });

  it('have the published expectations', async () => {
    const { rows } = await findingsOf(expectedPurchasesOfAll, until(events, CALIBRATION), CALIBRATION, { model: 'fitted' });
    const first = rows[0] as { expectedPurchases: number; expectedSpend: number; probabilityAlive: number };
    expect(first.expectedPurchases).toBeCloseTo(1.226, 2);
    near(first.expectedSpend, 2466, 0.01);
  });

  it('are foretold: the hold-out is scored and tracked by week', async () => {
    const inputs = await inputsOf(forecastCheck, events, END, until(events, CALIBRATION), CALIBRATION);
    const { rows, summary } = (forecastCheck as unknown as AnyAnalysis).compute(inputs as never, { now: END, from: CALIBRATION, parameters: {} }) as unknown as { rows: { customers: number }[]; summary: Record<string, number> };
    expect(rows.reduce((sum, { customers }) => sum + customers, 0)).toBe(2357);
    expect(summary['weeks']).toBe(77);
    // Repeat purchase days of the second 39 weeks, counted from the file by other means.
    const days = new Set(readFileSync(FILE, 'utf8').trim().split('\n').map((line) => line.trim().split(/\s+/).slice(1, 3).join()).filter((key) => key.split(',')[1]! > '19970930'));
    expect(summary['actualPurchases']).toBe(days.size);
    // Fader, Hardie and Lee (2005): the cumulative forecast stays within a few per cent.
    expect(Math.abs(summary['cumulatedExpected']! / summary['cumulatedActual']! - 1)).toBeLessThan(0.05);
  });

  it('renew quarter after quarter by BG/BB', async () => {
    const { rows, summary } = await findingsOf(renewals, events, END, { model: 'fitted' });
    expect(summary).toMatchObject({ buyers: 2357, period: 'quarter' });
    expect(rows.every((row) => row['opportunities'] === 5)).toBe(true);
    expect(summary['expectedRenewals'] as number).toBeGreaterThan(300);
  });

  it('are foretold by the version of BG/BB that was promoted, and scored by the months in which they bought', async () => {
    const before = until(events, CALIBRATION);
    const { rows: estimates, summary: fit } = await findingsOf(renewalModel, before, CALIBRATION, { period: 'month' });
    const parameters = Object.fromEntries(estimates.map(({ parameter, estimate }) => [parameter as string, estimate as number]));
    expect(fit).toMatchObject({ currency: 'USD', period: 'month', bg_bb: { observations: 2357 } });
    const made: NewEvent[] = [event(ModelTrained, { modelId: 'bg_bb', version: 1, method: 'bg_bb', data: { currency: 'USD', period: 'month' }, parameters }), event(ModelPromoted, { modelId: 'bg_bb', version: 1 })];
    const models = made.map((each, index) => recorded(each, { position: 10_000 + index, occurredAt: CALIBRATION }));
    expect((await findingsOf(renewals, [...before, ...models], CALIBRATION, { period: 'year' })).notes[0]).toMatch('No model bg_bb of renewals by year for USD was promoted by then');
    const { rows, summary } = await findingsOf(renewals, [...before, ...models], CALIBRATION, { period: 'month', next: 6 });
    expect(summary).toMatchObject({ models: { bg_bb: 'bg_bb/1' }, until: '1998-03-31', horizonDays: 182, parameters });
    const items = rows.map(({ customerId, expectedRenewals }) => ({ customerId: customerId as string, expected: expectedRenewals as number }));
    const foretold = event(PredictionsMade, { predictionId: 'p', modelId: 'bg_bb', modelVersion: 1, measure: 'renewals', asOf: CALIBRATION, horizonDays: 182, items });
    const all = [...events, ...models, recorded(foretold, { position: 20_000, occurredAt: CALIBRATION })];
    expect((await findingsOf(calibration, all, '1998-03-30T23:59:59.999Z', { measure: 'renewals' })).summary).toMatchObject({ scored: 0 });
    const scored = (await findingsOf(calibration, all, '1998-03-31T23:59:59.999Z', { measure: 'renewals' })).summary;
    // Counted from the file by other means: customer and month.
    const months = readFileSync(FILE, 'utf8').trim().split('\n').map((line) => line.trim().split(/\s+/)).filter(([, , day]) => day! > '19970930' && day! <= '19980331').map(([, customer, day]) => `${customer} ${day!.slice(0, 6)}`);
    expect(scored).toMatchObject({ scored: 2357, models: ['bg_bb/1'], actual: new Set(months).size });
    expect(scored['expected']).toBeCloseTo(summary['expectedRenewals'] as number, 6);
    expect(Math.abs(scored['error'] as number)).toBeLessThan(0.35);
  });
});

describe('What is expected', () => {
  const events = history(...publishedPolicies, ...['c1', 'c2', 'c3'].map((id, index) => ['2026-01-01', bought(id, `p${index}`, 500)] as const), ['2026-02-01', bought('c1', 'p9', 700)], ['2026-03-05', bought('c1', 'p10', 700)]);
  const now = '2026-02-28T23:59:59.999Z';
  const parameters = { r: 0.5, alpha: 6, a: 0.8, b: 2.5 };
  const versions: NewEvent[] = [event(ModelTrained, { modelId: 'buying', version: 1, method: 'bg_nbd', data: { currency: 'USD' }, parameters }), event(ModelPromoted, { modelId: 'buying', version: 1 })];
  const model = versions.map((made, index) => recorded(made, { position: 100 + index, occurredAt: '2026-02-28T00:00:00.000Z' }));

  it('rests on a model that was promoted by then, and says so where there is none', async () => {
    const without = await findingsOf(expectedPurchasesOfAll, events, now);
    expect(without.rows).toEqual([]);
    expect(without.notes[0]).toMatch('No model bg_nbd for USD was promoted by then');
    const { rows, summary, notes } = await findingsOf(expectedPurchasesOfAll, [...until(events, now), ...model], now);
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatchObject({ customerId: 'c2', repeats: 0, probabilityAlive: 1, expectedSpend: null });
    expect(summary).toMatchObject({ models: { bg_nbd: 'buying/1' }, expectedRevenue: null });
    expect(notes).toEqual([expect.stringMatching('No model gamma_gamma')]);
  });

  it('is told in words where nothing can be fitted', async () => {
    const none = history(...publishedPolicies, ['2026-01-01', bought('c1', 'p1', -500)], ['2026-01-02', bought('c2', 'p2', 0)]);
    const found = await findingsOf(buyingModels, none, now);
    expect(found.rows).toEqual([]);
    expect(found.notes.join(' ')).toMatch(/bg_nbd could not be fitted. No customer bought again.*gamma_gamma could not be fitted. There are 0 customers/);
    const { rows, notes } = await findingsOf(renewals, none, now, { model: 'fitted' });
    expect([rows.length, rows[0]!['expectedRenewals'], notes[0]]).toEqual([2, null, expect.stringMatching('could not be fitted')]);
  });

  it('is scored, once its time is over, against what happened', async () => {
    const items = [{ customerId: 'c1', expected: 0.8 }, { customerId: 'c2', expected: 0.2 }];
    const made = event(PredictionsMade, { predictionId: 'p', modelId: 'buying', modelVersion: 1, measure: 'purchase-days', asOf: now, horizonDays: 10, items });
    const all = [...events, ...model, recorded(made, { position: 200, occurredAt: now })];
    expect((await findingsOf(calibration, all, '2026-03-09T23:59:59.999Z')).summary).toMatchObject({ predictions: 2, scored: 0 });
    const { rows, summary } = await findingsOf(calibration, all, '2026-03-10T23:59:59.999Z');
    expect(summary).toMatchObject({ scored: 2, expected: 1, actual: 1, error: 0, models: ['buying/1'] });
    expect(summary['meanAbsoluteError']).toBeCloseTo(0.2, 12);
    expect(rows.map(({ expected, actual }) => [expected, actual])).toEqual([[0.2, 0], [0.8, 1]]);
  });
});
