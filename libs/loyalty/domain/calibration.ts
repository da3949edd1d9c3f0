import { paidTooLate, type CreditHistory } from '#sales';
import type { Buyer } from './buyers.js';
import { dayAfter } from './forecast.js';
import { PERIODS, renewedBetween, type Period } from './renewals.js';
import { dayOf } from './time.js';

/** What can be foretold of a customer and a time, and held against what was bought and paid. */
export const MEASURES = { 'purchase-days': 'days with a purchase', 'no-purchase': 'probability of no purchase', renewals: 'periods with a renewal', 'late-payment': 'probability of an instalment paid too late' } as const;
export type Measure = keyof typeof MEASURES;

interface Foretold {
  customerId: string;
  modelId: string;
  modelVersion: number;
  asOf: string;
  horizonDays: number;
  expected: number;
}

export interface Scored<Prediction> {
  prediction: Prediction;
  actual: number;
}

/** What happened to a customer after one day, up to another; undefined where it could not happen. */
type Happened = (prediction: Foretold, since: string, until: string) => number | undefined;

/** The days on which the customer did buy, or 1 where there were none. */
export const boughtBy = (buyers: ReadonlyMap<string, Buyer>, measure: 'purchase-days' | 'no-purchase'): Happened => ({ customerId }, since, until) => {
  const days = buyers.get(customerId)?.days.filter(({ day }) => day > since && day <= until).length ?? 0;
  return measure === 'purchase-days' ? days : Number(days === 0);
};

/** In how many of the periods that the model counts in the customer renewed. */
export const renewedBy = (buyers: ReadonlyMap<string, Buyer>, periodOf: (prediction: Foretold) => unknown): Happened => (prediction, since, until) => {
  const [buyer, period] = [buyers.get(prediction.customerId), periodOf(prediction)];
  if (!PERIODS.some((each) => each === period)) return undefined;
  return buyer ? renewedBetween(buyer, since, until, period as Period) : 0;
};

/** 1 where an instalment was paid later than the days of grace that the model was learnt with. */
export const paidLateBy = (histories: ReadonlyMap<string, CreditHistory>, graceDaysOf: (prediction: Foretold) => unknown): Happened => (prediction, since, until) => {
  const [history, graceDays] = [histories.get(prediction.customerId), graceDaysOf(prediction)];
  const late = history && typeof graceDays === 'number' ? paidTooLate(history, since, until, graceDays) : undefined;
  return late === undefined ? undefined : Number(late);
};

/** Predictions whose time is over, each with what happened; and how many could not be scored. */
export function scored<Prediction extends Foretold>(predictions: readonly Prediction[], today: string, happened: Happened): { over: Scored<Prediction>[]; untold: number } {
  const over = predictions.map((prediction) => ({ prediction, since: dayOf(prediction.asOf), until: dayAfter(dayOf(prediction.asOf), prediction.horizonDays) })).filter(({ until }) => until <= today);
  const told = over.flatMap(({ prediction, since, until }) => {
    const actual = happened(prediction, since, until);
    return actual === undefined ? [] : [{ prediction, actual }];
  });
  return { over: told, untold: over.length - told.length };
}

export interface CalibrationBin {
  bin: number;
  customers: number;
  lowest: number;
  highest: number;
  expected: number;
  actual: number;
}

/** Scored predictions in bins of as many customers each, by what was expected; expected and actual are means. */
export function bins(all: readonly Scored<Pick<Foretold, 'customerId' | 'expected'>>[], count: number): CalibrationBin[] {
  const sorted = [...all].sort((one, other) => one.prediction.expected - other.prediction.expected || (one.prediction.customerId < other.prediction.customerId ? -1 : 1));
  const number = Math.min(count, sorted.length);
  return Array.from({ length: number }, (_, index) => {
    const part = sorted.slice(Math.floor((index * sorted.length) / number), Math.floor(((index + 1) * sorted.length) / number));
    const mean = (of: (each: (typeof part)[number]) => number) => part.reduce((sum, each) => sum + of(each), 0) / part.length;
    return {
      bin: index + 1, customers: part.length, lowest: part[0]!.prediction.expected, highest: part.at(-1)!.prediction.expected,
      expected: mean(({ prediction }) => prediction.expected), actual: mean(({ actual }) => actual),
    };
  });
}
