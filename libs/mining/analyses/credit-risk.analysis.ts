import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { analysis, earlier } from '#event-sourcing';
import { probabilityOf, standardised } from '#learning';
import { CREDIT_FEATURES, CREDIT_FEATURE_NAMES, creditModel, rowOf, standings, type CreditFeature, type CreditStanding } from '../domain/credit.js';
import { creditHistories } from '../domain/credit-histories.js';
import { type RiskModel } from '../domain/risk-model.js';

export class CreditParameters {
  /** Paid more than so many days beyond terms is bad. */
  @IsInt() @Min(0) @Max(365) graceDays = 14;
  /** Strength of the ridge penalty. */
  @IsNumber() @Min(0.000001) lambda = 1;
}

const REASONS = 3;

/** Who pays, who pays late, and who is likely to. */
export const creditRisk = analysis('credit_risk', {
  version: 1,
  summary: 'How each customer pays (days beyond terms, overdue, notices, broken promises), and how probably one of the next instalments is paid too late; learnt from what was known at `from`, with reasons.',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: 'customerId', parameters: CreditParameters,
  columns: {
    customerId: 'text', level: { type: 'text', summary: 'good: never late; slow: was late within the days of grace; late: beyond them; overdue: is so now.' },
    due: 'integer', lateShare: 'number', meanDaysBeyondTerms: { type: 'number', unit: 'days' }, longestDaysBeyondTerms: { type: 'integer', unit: 'days' }, overdue: 'integer', notices: 'integer', brokenPromises: 'integer',
    probability: { type: 'number', summary: 'Null where there is no model.' }, reasons: { type: 'json', summary: 'Feature, value, and what it adds to the log-odds' },
  },
})
  .reads({ histories: creditHistories(), before: earlier(creditHistories()) })
  .computes(({ histories, before }, { now, from, parameters: { graceDays, lambda } }) => {
    const today = now.slice(0, 10);
    const model = creditModel(before, histories, from!.slice(0, 10), today, graceDays, lambda);
    const known = 'because' in model ? undefined : model;
    const rows = standings(histories, today).map((standing) => ({ customerId: standing.customerId, level: levelOf(standing, graceDays), ...standing.values, ...riskOf(standing, known) }));
    const levels = Object.fromEntries(['good', 'slow', 'late', 'overdue'].map((level) => [level, rows.filter((row) => row.level === level).length]));
    return {
      rows, summary: { customers: rows.length, ...levels, ...(known ? summaryOf(known, from!) : { model: null }) },
      notes: [...(rows.length > 0 ? [] : ['No instalment of anybody has fallen due.']), ...('because' in model ? [`There is no model: ${model.because}. Probabilities are null.`] : [])],
    };
  });

function riskOf({ values }: CreditStanding, model: RiskModel | undefined): { probability: number | null; reasons: { feature: CreditFeature; value: number; contribution: number }[] } {
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

function summaryOf({ fit, scale, customers, happened, crossValidated }: RiskModel, from: string) {
  return {
    model: 'logistic regression, ridge', version: 1, learntAsOf: from, learntFrom: customers, paidTooLate: happened, crossValidated, intercept: fit.intercept,
    coefficients: CREDIT_FEATURE_NAMES.map((feature, index) => ({ feature, means: CREDIT_FEATURES[feature], coefficient: fit.coefficients[index]!, standardError: fit.standardErrors[index + 1]!, mean: scale.mean[index]!, deviation: scale.deviation[index]! })),
  };
}
