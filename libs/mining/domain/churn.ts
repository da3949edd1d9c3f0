import { areaUnderCurve, brierScore, fitLogistic, probabilityOf, standardisationOf, standardised, type LogisticFit, type NoFit, type Standardisation } from '#learning';
import { FEATURE_NAMES, featuresOf, type CustomerFeatures, type Feature } from './features.js';
import { type PurchaseHistory } from './purchase-histories.js';

const DAY_MS = 86_400_000;
const FOLDS = 5;
const BINS = 10;

export interface ChurnModel {
  fit: LogisticFit;
  scale: Standardisation;
  /** Customers that it was learnt from. */
  customers: number;
  /** Of them, those who did not come back in the time that followed. */
  churned: number;
  /** Of predictions for customers that were left out of the fit, in five parts. */
  crossValidated: { areaUnderCurve: number | null; brierScore: number | null; calibration: CalibrationBin[] };
}

/** Predictions that are about the same, and what happened. */
export interface CalibrationBin {
  customers: number;
  /** Mean of the predicted probabilities. */
  predicted: number;
  /** The share to whom it happened. */
  observed: number;
}

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

interface Example {
  customerId: string;
  row: number[];
  label: 0 | 1;
}

/** Who bought in the so many days before: only they can be lost. */
export function activeAt(histories: readonly PurchaseHistory[], at: string, withinDays: number, currency: string): CustomerFeatures[] {
  return featuresOf(histories, at, currency).filter(({ values }) => values.recencyDays <= withinDays);
}

/**
 * Learns from what was known at a cut who did not buy after it.
 * @param before histories as they were known at the cut @param after histories now
 */
export function churnModel(before: readonly CustomerFeatures[], after: readonly PurchaseHistory[], cut: string, now: string, lambda: number): ChurnModel | NoFit {
  const cameBack = new Set(after.filter(({ bought }) => bought.some(({ at }) => at > cut && at <= now)).map(({ customerId }) => customerId));
  const examples = before.map(({ customerId, values }): Example => ({ customerId, row: rowOf(values), label: cameBack.has(customerId) ? 0 : 1 }));
  if (examples.length === 0) return { because: 'nobody was active at the earlier moment' };
  const { fit, scale } = learnt(examples, lambda);
  if ('because' in fit) return fit;
  return { fit, scale, customers: examples.length, churned: examples.filter(({ label }) => label === 1).length, crossValidated: crossValidated(examples, lambda) };
}

/** Probability not to buy in as long a time from now, with its reasons. */
export function riskOf({ fit, scale }: ChurnModel, { customerId, values }: CustomerFeatures): Risk {
  const row = standardised(rowOf(values), scale);
  const reasons = FEATURE_NAMES.map((feature, index) => ({ feature, value: values[feature], contribution: fit.coefficients[index]! * row[index]! }));
  return { customerId, probability: probabilityOf(fit, row), reasons: reasons.sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution)) };
}

export const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

const rowOf = (values: Readonly<Record<Feature, number>>): number[] => FEATURE_NAMES.map((feature) => values[feature]);

function learnt(examples: readonly Example[], lambda: number): { fit: LogisticFit | NoFit; scale: Standardisation } {
  const scale = standardisationOf(examples.map(({ row }) => row));
  return { fit: fitLogistic(examples.map(({ row }) => standardised(row, scale)), examples.map(({ label }) => label), lambda), scale };
}

/** Parts are taken in turn, in the order of the ids: the same customers, the same parts. */
function crossValidated(examples: readonly Example[], lambda: number): ChurnModel['crossValidated'] {
  const scored = Array.from({ length: FOLDS }, (_, fold) => fold).flatMap((fold) => {
    const rest = examples.filter((_, index) => index % FOLDS !== fold);
    if (rest.length === 0) return [];
    const { fit, scale } = learnt(rest, lambda);
    if ('because' in fit) return [];
    return examples.filter((_, index) => index % FOLDS === fold).map(({ row, label }) => ({ label, probability: probabilityOf(fit, standardised(row, scale)) }));
  });
  return { areaUnderCurve: areaUnderCurve(scored), brierScore: brierScore(scored), calibration: calibrationOf(scored) };
}

/** Tenths of the probability; those that nobody is in are left out. */
function calibrationOf(scored: readonly { probability: number; label: 0 | 1 }[]): CalibrationBin[] {
  const bins = Array.from({ length: BINS }, (_, bin) => scored.filter(({ probability }) => Math.min(BINS - 1, Math.floor(probability * BINS)) === bin));
  return bins.filter((bin) => bin.length > 0).map((bin) => ({
    customers: bin.length,
    predicted: bin.reduce((sum, { probability }) => sum + probability, 0) / bin.length,
    observed: bin.reduce((sum: number, { label }) => sum + label, 0) / bin.length,
  }));
}
