import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { analysis, stored } from '#event-sourcing';
import { IsId } from '#event-sourcing/validation';
import { modelRegistry, predictionLedger, type ModelVersionRow } from '#models';
import { creditHistories } from '#sales';
import { buyersIn, currencyOf, NO_CURRENCY } from '../domain/buyers.js';
import { bins, boughtBy, MEASURES, paidLateBy, renewedBy, scored, type Measure } from '../domain/calibration.js';
import { dayOf } from '../domain/time.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';

export class CalibrationParameters extends CurrencyParameter {
  /** Predictions of this model alone. */
  @IsOptional() @IsId() model?: string;
  /** What was foretold: days with a purchase, the probability that there is none, periods with a renewal, or the probability that an instalment is paid too late. */
  @IsIn(Object.keys(MEASURES)) measure: Measure = 'purchase-days';
  @IsInt() @Min(1) @Max(100) bins = 10;
}

/** What became of what was foretold. */
export const calibration = analysis('calibration', {
  version: 3,
  summary: 'Every recorded prediction whose time is over, scored against what happened: by what was expected, in bins of as many customers each.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['bin'], parameters: CalibrationParameters,
  columns: { bin: 'integer', customers: 'integer', lowest: 'number', highest: 'number', expected: { type: 'number', summary: 'Mean of the predictions.' }, actual: { type: 'number', summary: 'Mean of what happened.' } },
})
  .reads({ customers: stored(loyalty), predictions: predictionLedger, policies, models: modelRegistry, credit: creditHistories() })
  .computes(({ customers, predictions, policies: published, models, credit }, { now, parameters: { currency: chosen, model, measure, bins: count } }) => {
    const isOfMoney = measure !== 'late-payment';
    const currency = isOfMoney ? currencyOf(chosen, published, now) : undefined;
    if (isOfMoney && currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const asked = predictions.filter(({ measure: of, unit, modelId }) => of === measure && (unit === undefined || unit === currency) && (model === undefined || modelId === model));
    const buyers = new Map(isOfMoney ? buyersIn(currency!, customers).map((buyer) => [buyer.customerId, buyer] as const) : []);
    const saidOf = dataOf(models);
    const happened = {
      'purchase-days': () => boughtBy(buyers, 'purchase-days'), 'no-purchase': () => boughtBy(buyers, 'no-purchase'), renewals: () => renewedBy(buyers, saidOf('period')),
      'late-payment': () => paidLateBy(new Map(credit.map((history) => [history.customerId, history])), saidOf('graceDays')),
    }[measure]();
    const { over, untold } = scored(asked, dayOf(now), happened);
    const about = { ...(currency !== undefined && { currency }), measure, predictions: asked.length };
    const nothingDue = untold > 0 ? [`${untold} predictions cannot be scored: ${UNTOLD[measure]}.`] : [];
    if (over.length === 0) return { rows: [], summary: { ...about, scored: 0 }, notes: [...nothingDue, 'No prediction was recorded whose time is over by now.'] };
    const rows = bins(over, count);
    const [expected, actual] = [over.reduce((sum, { prediction }) => sum + prediction.expected, 0), over.reduce((sum, each) => sum + each.actual, 0)];
    const meanError = over.reduce((sum, each) => sum + Math.abs(each.prediction.expected - each.actual), 0) / over.length;
    const rootMeanSquare = Math.sqrt(over.reduce((sum, each) => sum + (each.prediction.expected - each.actual) ** 2, 0) / over.length);
    const versions = [...new Set(over.map(({ prediction }) => `${prediction.modelId}/${prediction.modelVersion}`))].sort();
    return {
      rows,
      summary: { ...about, scored: over.length, models: versions, expected, actual, error: actual > 0 ? expected / actual - 1 : null, meanAbsoluteError: meanError, rootMeanSquareError: rootMeanSquare },
      notes: [...nothingDue, ...(actual > 0 ? [] : [NONE[measure]])],
      plots: [{ title: `Actual by expected: ${MEASURES[measure]}`, kind: 'line', x: 'expected', y: 'actual', series: [{ name: 'actual', points: rows.map((row) => [row.expected, row.actual]) }, { name: 'as foretold', points: rows.map((row) => [row.expected, row.expected]) }] }],
    };
  });

const NONE: Readonly<Record<Measure, string>> = {
  'purchase-days': 'None of those customers bought: the error has no measure.', 'no-purchase': 'All of those customers bought: the error has no measure.', renewals: 'None of those customers renewed: the error has no measure.',
  'late-payment': 'All of those customers paid in time: the error has no measure.',
};

const UNTOLD: Readonly<Record<Measure, string>> = {
  'purchase-days': 'nothing is known of their time', 'no-purchase': 'nothing is known of their time', renewals: 'their version does not say which periods it counts',
  'late-payment': 'nothing was to be paid in their time, or their version does not say the days of grace',
};

/** What the version that made a prediction says of its data. */
function dataOf(models: readonly ModelVersionRow[]) {
  const known = new Map(models.map(({ modelId, version, data }) => [`${modelId}/${version}`, data]));
  return (name: string) => ({ modelId, modelVersion }: { modelId: string; modelVersion: number }) => known.get(`${modelId}/${modelVersion}`)?.[name];
}
