import { PromoteModel, RecordModelTraining, RegisterModel } from '../../../libs/models/commands/models.js';
import { RecordPredictions } from '../../../libs/models/commands/predictions.js';
import { BOUGHT } from './purchases.js';
import { momentIn, step, type Step } from './step.js';

const MODEL = 'nbd-USD';
const DAYS_AGO = 60;
const HORIZON_DAYS = 56;
const DAYS_IN_WEEK = 7;

interface Known {
  customerId: string;
  repeats: number;
  /** Weeks. */
  age: number;
}

/** A dozen buyers are too few for a model of who is still alive: theirs is one of rates alone (NBD), by its moments. */
export function forecastSteps(now: Date): readonly Step[] {
  const known = Object.entries(BOUGHT).flatMap(([customerId, bought]): Known[] => {
    const days = bought.map(([daysAgo]) => daysAgo).filter((daysAgo) => daysAgo > DAYS_AGO);
    return days.length === 0 ? [] : [{ customerId, repeats: days.length - 1, age: (days[0]! - DAYS_AGO) / DAYS_IN_WEEK }];
  });
  const { r, alpha } = ratesOf(known);
  const asOf = momentIn(-DAYS_AGO, now);
  const items = known.map(({ customerId, repeats, age }) => ({ customerId, expected: ((r + repeats) / (alpha + age)) * (HORIZON_DAYS / DAYS_IN_WEEK) }));
  return [
    step(DAYS_AGO, RegisterModel, { modelId: MODEL, method: 'nbd', summary: 'Repeat buying (NBD, by moments): rates of their own, and nobody leaves. Time in weeks.' }),
    step(DAYS_AGO, RecordModelTraining, { modelId: MODEL, data: { asOf, currency: 'USD', observations: known.length }, parameters: { r, alpha } }),
    step(DAYS_AGO, PromoteModel, { modelId: MODEL, version: 1 }),
    step(DAYS_AGO, RecordPredictions, { predictionId: 'nbd-1', modelId: MODEL, modelVersion: 1, measure: 'purchase-days', unit: 'USD', asOf, horizonDays: HORIZON_DAYS, items }),
  ];
}

/** Shape and rate of a gamma distribution of purchases a week with the mean and variance of the observed ones (Ehrenberg 1959). */
function ratesOf(known: readonly Known[]): { r: number; alpha: number } {
  const rates = known.map(({ repeats, age }) => repeats / age);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (rates.length - 1);
  return { r: mean ** 2 / variance, alpha: mean / variance };
}
