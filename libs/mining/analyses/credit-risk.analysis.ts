import { IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { analysis, earlier } from '#event-sourcing';
import { probabilityOf, standardised } from '#learning';
import { modelRegistry, type ModelVersionRow } from '#models';
import { creditHistories, type CreditHistory } from '#sales';
import { daysBetween } from '../domain/churn.js';
import { CREDIT_FEATURES, CREDIT_FEATURE_NAMES, creditModel, rowOf, standings, type CreditFeature, type CreditStanding } from '../domain/credit.js';
import { promotedRisk, type RiskModel, type ScoringModel } from '../domain/risk-model.js';

export class CreditParameters {
  /** Paid more than so many days beyond terms is bad. */
  @IsInt() @Min(0) @Max(365) graceDays = 14;
  /** Strength of the ridge penalty. */
  @IsNumber() @Min(0.000001) lambda = 1;
  /** Learnt from what happened since the earlier moment, or the version on record that was promoted by then. */
  @IsIn(['fitted', 'promoted']) model: 'fitted' | 'promoted' = 'fitted';
}

const REASONS = 3;

/** Who pays, who pays late, and who is likely to. */
export const creditRisk = analysis('credit_risk', {
  version: 1,
  summary: 'How each customer pays (days beyond terms, overdue, notices, broken promises), and how probably one of the next instalments is paid too late; learnt from what was known at `from`, or by the version on record (model=promoted), with reasons.',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: 'customerId', parameters: CreditParameters,
  columns: {
    customerId: 'text', level: { type: 'text', summary: 'good: never late; slow: was late within the days of grace; late: beyond them; overdue: is so now.' },
    due: 'integer', lateShare: 'number', meanDaysBeyondTerms: { type: 'number', unit: 'days' }, longestDaysBeyondTerms: { type: 'integer', unit: 'days' }, overdue: 'integer', notices: 'integer', brokenPromises: 'integer',
    probability: { type: 'number', summary: 'Null where there is no model.', nullWhere: 'there is no model' }, reasons: { type: 'json', summary: 'Feature, value, and what it adds to the log-odds' },
  },
})
  .reads({ histories: creditHistories(), before: earlier(creditHistories()), models: modelRegistry })
  .computes((inputs, { now, from, parameters, only }) => {
    const today = now.slice(0, 10);
    const found = modelOf(inputs, from!, now, parameters);
    const known = 'because' in found ? undefined : found.model;
    const wanted = only === undefined ? inputs.histories : inputs.histories.filter(({ customerId }) => customerId === only);
    const rows = standings(wanted, today).map((standing) => ({ customerId: standing.customerId, level: levelOf(standing, parameters.graceDays), ...standing.values, ...riskOf(standing, known) }));
    if (only !== undefined) return { rows };
    const levels = Object.fromEntries(['good', 'slow', 'late', 'overdue'].map((level) => [level, rows.filter((row) => row.level === level).length]));
    return {
      rows, summary: { customers: rows.length, ...levels, ...('because' in found ? { model: null } : found.summary()) },
      notes: [...(rows.length > 0 ? [] : ['No instalment of anybody has fallen due.']), ...('because' in found ? [`There is no model: ${found.because}. Probabilities are null.`] : [])],
    };
  });

interface Found {
  model: ScoringModel;
  summary: () => object;
}

interface Inputs {
  histories: readonly CreditHistory[];
  before: readonly CreditHistory[];
  models: readonly ModelVersionRow[];
}

function modelOf({ histories, before, models }: Inputs, from: string, now: string, { graceDays, lambda, model: choice }: CreditParameters): Found | { because: string } {
  if (choice === 'promoted') return onRecord(models);
  const model = creditModel(before, histories, from.slice(0, 10), now.slice(0, 10), graceDays, lambda);
  return 'because' in model ? model : { model, summary: () => summaryOf(model, { from, now, graceDays }) };
}

function onRecord(models: readonly ModelVersionRow[]): Found | { because: string } {
  const found = promotedRisk(models, CREDIT_FEATURE_NAMES);
  if (!found) return { because: 'no model of credit risk was promoted by then: guanxi models train --model credit --promote trains one' };
  const { version: { modelId, version, data, eventId }, model } = found;
  const coefficients = CREDIT_FEATURE_NAMES.map((feature, index) => ({ feature, means: CREDIT_FEATURES[feature], coefficient: model.fit.coefficients[index]! }));
  const summary = { model: `${modelId}/${version}`, learntAsOf: data['learntAsOf'], horizonDays: data['horizonDays'], graceDays: data['graceDays'], learntFrom: data['observations'], intercept: model.fit.intercept, coefficients, event: eventId };
  return { model, summary: () => summary };
}

function riskOf({ values }: CreditStanding, model: ScoringModel | undefined): { probability: number | null; reasons: { feature: CreditFeature; value: number; contribution: number }[] } {
  if (!model) return { probability: null, reasons: [] };
  const row = standardised(rowOf(values), model.scale);
  const reasons = CREDIT_FEATURE_NAMES.map((feature, index) => ({ feature, value: values[feature], contribution: model.fit.coefficients[index]! * row[index]! }));
  return { probability: probabilityOf(model.fit, row), reasons: reasons.sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution)).slice(0, REASONS) };
}

function levelOf({ values: { overdue, longestDaysBeyondTerms } }: CreditStanding, graceDays: number): string {
  if (overdue > 0) return 'overdue';
  if (longestDaysBeyondTerms > graceDays) return 'late';
  return longestDaysBeyondTerms > 0 ? 'slow' : 'good';
}

function summaryOf({ fit, scale, customers, happened, crossValidated }: RiskModel, { from, now, graceDays }: { from: string; now: string; graceDays: number }) {
  return {
    model: 'logistic regression, ridge', version: 1, learntAsOf: from, horizonDays: daysBetween(from, now), graceDays, learntFrom: customers, paidTooLate: happened, crossValidated: crossValidated(), intercept: fit.intercept,
    coefficients: CREDIT_FEATURE_NAMES.map((feature, index) => ({ feature, means: CREDIT_FEATURES[feature], coefficient: fit.coefficients[index]!, standardError: fit.standardErrors[index + 1]!, mean: scale.mean[index]!, deviation: scale.deviation[index]! })),
  };
}
