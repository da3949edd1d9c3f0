import { probabilityOf, standardised, type NoFit } from '#learning';
import { type ModelVersionRow } from '#models';
import { FEATURE_NAMES, featuresOf, type CustomerFeatures, type Feature } from './features.js';
import { type PurchaseHistory } from './purchase-histories.js';
import { promotedRisk, riskModel, type Example, type RiskModel, type ScoringModel } from './risk-model.js';

const DAY_MS = 86_400_000;

export interface Reason {
  feature: Feature;
  value: number;
  /** What it adds to the logarithm of the odds, against the average customer. */
  contribution: number;
}

export interface Risk {
  customerId: string;
  probability: number;
  /** What counts most first. */
  reasons: Reason[];
}

/** The version of the model of churn in the currency that was in use by then, as it was put on record. */
export function promotedChurn(models: readonly ModelVersionRow[], currency: string): { version: ModelVersionRow; model: ScoringModel } | NoFit {
  const found = promotedRisk(models.filter(({ data }) => data['currency'] === currency), FEATURE_NAMES);
  return found ?? { because: `no model of churn for ${currency} was promoted by then: guanxi models train --model churn --promote trains one` };
}

/** Who bought in the so many days before: only they can be lost. */
export function activeAt(histories: readonly PurchaseHistory[], at: string, withinDays: number, currency: string): CustomerFeatures[] {
  return featuresOf(histories, at, currency).filter(({ values }) => values.recencyDays <= withinDays);
}

/**
 * Learns from what was known at a cut who did not buy after it.
 * @param before histories as they were known at the cut @param after histories now
 */
export function churnModel(before: readonly CustomerFeatures[], after: readonly PurchaseHistory[], cut: string, now: string, lambda: number): RiskModel | NoFit {
  const cameBack = new Set(after.filter(({ bought }) => bought.some(({ at }) => at > cut && at <= now)).map(({ customerId }) => customerId));
  const examples = before.map(({ customerId, values }): Example => ({ customerId, row: rowOf(values), label: cameBack.has(customerId) ? 0 : 1 }));
  return riskModel(examples, lambda);
}

/** Probability not to buy in as long a time from now, with its reasons. */
export function riskOf({ fit, scale }: ScoringModel, { customerId, values }: CustomerFeatures): Risk {
  const row = standardised(rowOf(values), scale);
  const reasons = FEATURE_NAMES.map((feature, index) => ({ feature, value: values[feature], contribution: fit.coefficients[index]! * row[index]! }));
  return { customerId, probability: probabilityOf(fit, row), reasons: reasons.sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution)) };
}

export const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

const rowOf = (values: Readonly<Record<Feature, number>>): number[] => FEATURE_NAMES.map((feature) => values[feature]);
