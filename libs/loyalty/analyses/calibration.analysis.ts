import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { analysis, stored } from '#event-sourcing';
import { IsId } from '#event-sourcing/validation';
import { predictionLedger } from '#models';
import { buyersIn, currencyOf, NO_CURRENCY } from '../domain/buyers.js';
import { bins, MEASURES, scored, type Measure } from '../domain/calibration.js';
import { dayOf } from '../domain/time.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { CurrencyParameter } from './currency-parameter.js';

export class CalibrationParameters extends CurrencyParameter {
  /** Predictions of this model alone. */
  @IsOptional() @IsId() model?: string;
  /** What was foretold: days with a purchase, or the probability that there is none. */
  @IsIn(Object.keys(MEASURES)) measure: Measure = 'purchase-days';
  @IsInt() @Min(1) @Max(100) bins = 10;
}

/** What became of what was foretold. */
export const calibration = analysis('calibration', {
  version: 1,
  summary: 'Every recorded prediction whose time is over, scored against what happened: by what was expected, in bins of as many customers each.',
  allow: ['analyst', 'manager'], personal: [], record: null, parameters: CalibrationParameters,
  columns: { bin: 'integer', customers: 'integer', lowest: 'number', highest: 'number', expected: { type: 'number', summary: 'Mean of the predictions.' }, actual: { type: 'number', summary: 'Mean of what happened.' } },
})
  .reads({ customers: stored(loyalty), predictions: predictionLedger, policies })
  .computes(({ customers, predictions, policies: published }, { now, parameters: { currency: chosen, model, measure, bins: count } }) => {
    const currency = currencyOf(chosen, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const asked = predictions.filter(({ measure: of, unit, modelId }) => of === measure && (unit === undefined || unit === currency) && (model === undefined || modelId === model));
    const buyers = new Map(buyersIn(currency, customers).map((buyer) => [buyer.customerId, buyer]));
    const over = scored(asked, buyers, dayOf(now), measure);
    if (over.length === 0) return { rows: [], summary: { currency, measure, predictions: asked.length, scored: 0 }, notes: ['No prediction was recorded whose time is over by now.'] };
    const rows = bins(over, count);
    const [expected, actual] = [over.reduce((sum, { prediction }) => sum + prediction.expected, 0), over.reduce((sum, each) => sum + each.actual, 0)];
    const meanError = over.reduce((sum, each) => sum + Math.abs(each.prediction.expected - each.actual), 0) / over.length;
    const rootMeanSquare = Math.sqrt(over.reduce((sum, each) => sum + (each.prediction.expected - each.actual) ** 2, 0) / over.length);
    const versions = [...new Set(over.map(({ prediction }) => `${prediction.modelId}/${prediction.modelVersion}`))].sort();
    return {
      rows,
      summary: { currency, measure, predictions: asked.length, scored: over.length, models: versions, expected, actual, error: actual > 0 ? expected / actual - 1 : null, meanAbsoluteError: meanError, rootMeanSquareError: rootMeanSquare },
      notes: actual > 0 ? [] : [measure === 'purchase-days' ? 'None of those customers bought: the error has no measure.' : 'All of those customers bought: the error has no measure.'],
      plots: [{ title: `Actual by expected: ${MEASURES[measure]}`, kind: 'line', x: 'expected', y: 'actual', series: [{ name: 'actual', points: rows.map((row) => [row.expected, row.actual]) }, { name: 'as foretold', points: rows.map((row) => [row.expected, row.expected]) }] }],
    };
  });
