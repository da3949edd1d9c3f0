import type { Buyer } from './buyers.js';
import { dayAfter } from './forecast.js';
import { dayOf } from './time.js';

/** What can be foretold of a customer and a time, and held against purchase days. */
export const MEASURES = { 'purchase-days': 'days with a purchase', 'no-purchase': 'probability of no purchase' } as const;
export type Measure = keyof typeof MEASURES;

interface Foretold {
  customerId: string;
  asOf: string;
  horizonDays: number;
  expected: number;
}

export interface Scored<Prediction> {
  prediction: Prediction;
  actual: number;
}

/** Predictions whose time is over, each with the days on which the customer did buy, or with 1 where there were none. */
export function scored<Prediction extends Foretold>(predictions: readonly Prediction[], buyers: ReadonlyMap<string, Buyer>, today: string, measure: Measure = 'purchase-days'): Scored<Prediction>[] {
  return predictions.flatMap((prediction) => {
    const [since, until] = [dayOf(prediction.asOf), dayAfter(dayOf(prediction.asOf), prediction.horizonDays)];
    if (until > today) return [];
    const days = buyers.get(prediction.customerId)?.days.filter(({ day }) => day > since && day <= until).length ?? 0;
    return [{ prediction, actual: measure === 'purchase-days' ? days : Number(days === 0) }];
  });
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
export function bins(all: readonly Scored<Foretold>[], count: number): CalibrationBin[] {
  const sorted = [...all].sort((one, other) => one.prediction.expected - other.prediction.expected || (one.prediction.customerId < other.prediction.customerId ? -1 : 1));
  const number = Math.min(count, sorted.length);
  return Array.from({ length: number }, (_, index) => {
    const part = sorted.slice(Math.floor((index * sorted.length) / number), Math.floor(((index + 1) * sorted.length) / number));
    const mean = (of: (each: Scored<Foretold>) => number) => part.reduce((sum, each) => sum + of(each), 0) / part.length;
    return {
      bin: index + 1, customers: part.length, lowest: part[0]!.prediction.expected, highest: part.at(-1)!.prediction.expected,
      expected: mean(({ prediction }) => prediction.expected), actual: mean(({ actual }) => actual),
    };
  });
}
