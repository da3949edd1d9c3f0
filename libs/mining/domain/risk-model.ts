import { type ModelVersionRow } from '#models';
import { areaUnderCurve, brierScore, fitLogistic, probabilityOf, standardisationOf, standardised, type LogisticFit, type NoFit, type Standardisation } from '#learning';

const FOLDS = 5;
const BINS = 10;

/** A customer as of the earlier moment, and whether it happened since. */
export interface Example {
  customerId: string;
  row: number[];
  label: 0 | 1;
}

export interface RiskModel {
  fit: LogisticFit;
  scale: Standardisation;
  /** Customers that it was learnt from. */
  customers: number;
  /** Of them, those to whom it happened. */
  happened: number;
  /** How well it foretells customers that were left out of the fit, in five parts: five fits, made when it is asked. */
  crossValidated: () => CrossValidation;
}

export interface CrossValidation {
  areaUnderCurve: number | null;
  brierScore: number | null;
  calibration: CalibrationBin[];
}

/** What is needed to score customers. */
export interface ScoringModel {
  fit: Pick<LogisticFit, 'intercept' | 'coefficients'>;
  scale: Standardisation;
}

/** The first of these versions that is in use and has all features, as it was put on record: coefficients, means and deviations by their names. */
export function promotedRisk(models: readonly ModelVersionRow[], features: readonly string[]): { version: ModelVersionRow; model: ScoringModel } | undefined {
  const hasFeatures = ({ parameters }: ModelVersionRow) => features.every((feature) => [feature, `${feature}.mean`, `${feature}.deviation`].every((name) => typeof parameters[name] === 'number'));
  const version = models.find((each) => each.status === 'promoted' && hasFeatures(each));
  if (!version) return undefined;
  const of = (as: string) => features.map((feature) => version.parameters[feature + as]!);
  return { version, model: { fit: { intercept: version.parameters['intercept'] ?? 0, coefficients: of('') }, scale: { mean: of('.mean'), deviation: of('.deviation') } } };
}

/** Predictions that are about the same, and what happened. */
export interface CalibrationBin {
  customers: number;
  /** Mean of the predicted probabilities. */
  predicted: number;
  /** The share to whom it happened. */
  observed: number;
}

/** A logistic regression on standardised features, with a ridge penalty, and how well it foretells what it has not seen. */
export function riskModel(examples: readonly Example[], lambda: number): RiskModel | NoFit {
  if (examples.length === 0) return { because: 'nobody was active at the earlier moment' };
  const { fit, scale } = learnt(examples, lambda);
  if ('because' in fit) return fit;
  return { fit, scale, customers: examples.length, happened: examples.filter(({ label }) => label === 1).length, crossValidated: () => crossValidated(examples, lambda) };
}

function learnt(examples: readonly Example[], lambda: number): { fit: LogisticFit | NoFit; scale: Standardisation } {
  const scale = standardisationOf(examples.map(({ row }) => row));
  return { fit: fitLogistic(examples.map(({ row }) => standardised(row, scale)), examples.map(({ label }) => label), lambda), scale };
}

/** Parts are taken in turn, in the order of the ids: the same customers, the same parts. */
function crossValidated(examples: readonly Example[], lambda: number): CrossValidation {
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
