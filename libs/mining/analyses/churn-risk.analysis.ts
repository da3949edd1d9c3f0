import { IsIn, IsInt, IsNumber, Min } from 'class-validator';
import { analysis, earlier } from '#event-sourcing';
import { modelRegistry, type ModelVersionRow } from '#models';
import { activeAt, churnModel, daysBetween, promotedChurn, riskOf } from '../domain/churn.js';
import { FEATURE_NAMES, FEATURES, mainCurrency } from '../domain/features.js';
import { purchaseHistories, type PurchaseHistory } from '../domain/purchase-histories.js';
import { type RiskModel, type ScoringModel } from '../domain/risk-model.js';

export class ChurnParameters {
  /** Who bought in so many days before is active, and can be lost. */
  @IsInt() @Min(1) activeDays = 365;
  /** Strength of the ridge penalty. */
  @IsNumber() @Min(0.000001) lambda = 1;
  /** Learnt from what happened since the earlier moment, or the version on record that was promoted by then. */
  @IsIn(['fitted', 'promoted']) model: 'fitted' | 'promoted' = 'fitted';
}

const REASONS = 3;

export const churnRisk = analysis('churn_risk', {
  version: 2,
  summary: 'How probably each active customer will not buy in the time to come, as long as that since `from`; learnt from what was known then, or by the version on record (model=promoted, for as long as that was learnt for), with reasons',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: 'customerId',
  parameters: ChurnParameters,
  columns: { customerId: 'text', probability: 'number', mainReason: 'text', reasons: { type: 'json', summary: 'Feature, value, and what it adds to the log-odds' } },
})
  .reads({ histories: purchaseHistories(), before: earlier(purchaseHistories()), models: modelRegistry })
  .computes((inputs, { now, from, parameters, only }) => {
    const found = modelOf(inputs, from!, now, parameters);
    if ('because' in found) return { rows: [], summary: { model: null }, notes: [`There is no model: ${found.because}.`] };
    const wanted = only === undefined ? inputs.histories : inputs.histories.filter(({ customerId }) => customerId === only);
    const rows = activeAt(wanted, now, parameters.activeDays, found.currency).map((customer) => {
      const { probability, reasons } = riskOf(found.model, customer);
      const [first] = reasons;
      return { customerId: customer.customerId, probability, mainReason: `${first!.feature} ${first!.contribution > 0 ? 'raises' : 'lowers'} it`, reasons: reasons.slice(0, REASONS) };
    });
    rows.sort((one, other) => other.probability - one.probability || (one.customerId < other.customerId ? -1 : 1));
    return only === undefined ? { rows, summary: found.summary() } : { rows };
  })
  .explaining((inputs, { now, from, parameters }, key) => {
    const found = modelOf(inputs, from!, now, parameters);
    if ('because' in found) return undefined;
    const customer = activeAt(inputs.histories, now, parameters.activeDays, found.currency).find(({ customerId }) => customerId === key);
    if (!customer) return { notes: [`${key} is not active: no purchase in ${found.currency} of the last ${parameters.activeDays} days stands.`] };
    const { reasons } = riskOf(found.model, customer);
    return { by: { ...found.summary(), contributions: reasons }, notes: ['A contribution is what a feature adds to the logarithm of the odds, against the average customer: with the intercept they come to the probability.'] };
  });

interface Inputs {
  histories: readonly PurchaseHistory[];
  before: readonly PurchaseHistory[];
  models: readonly ModelVersionRow[];
}

interface Found {
  model: ScoringModel;
  currency: string;
  summary: () => Readonly<Record<string, unknown>>;
}

function modelOf({ histories, before, models }: Inputs, from: string, now: string, { activeDays, lambda, model: choice }: ChurnParameters): Found | { because: string } {
  const currency = mainCurrency(before);
  if (currency === undefined) return { because: 'nobody had bought anything at the earlier moment' };
  if (choice === 'promoted') return onRecord(models, currency);
  const model = churnModel(activeAt(before, from, activeDays, currency), histories, from, now, lambda);
  return 'because' in model ? model : { model, currency, summary: () => summaryOf(model, currency, from, now) };
}

function onRecord(models: readonly ModelVersionRow[], currency: string): Found | { because: string } {
  const found = promotedChurn(models, currency);
  if ('because' in found) return found;
  const { version: { modelId, version, data, eventId }, model: { fit } } = found;
  const coefficients = FEATURE_NAMES.map((feature, index) => ({ feature, means: FEATURES[feature], coefficient: fit.coefficients[index]! }));
  const summary = { model: `${modelId}/${version}`, learntAsOf: data['learntAsOf'], horizonDays: data['horizonDays'], customers: data['observations'], currency, intercept: fit.intercept, coefficients, event: eventId };
  return { model: found.model, currency, summary: () => summary };
}

function summaryOf({ fit, scale, customers, happened, crossValidated }: RiskModel, currency: string, from: string, now: string) {
  return {
    model: 'logistic regression, ridge', version: 1, learntAsOf: from, horizonDays: daysBetween(from, now), customers, churned: happened, currency, iterations: fit.iterations, crossValidated: crossValidated(), intercept: fit.intercept,
    coefficients: FEATURE_NAMES.map((feature, index) => ({ feature, means: FEATURES[feature], coefficient: fit.coefficients[index]!, standardError: fit.standardErrors[index + 1]!, mean: scale.mean[index]!, deviation: scale.deviation[index]! })),
  };
}
