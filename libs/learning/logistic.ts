import { CholeskyDecomposition, Matrix } from 'ml-matrix';

export interface LogisticFit {
  intercept: number;
  coefficients: number[];
  /** Of the intercept, then of each coefficient; of the penalised likelihood. */
  standardErrors: number[];
  iterations: number;
}

/** Why there is no model. */
export interface NoFit {
  because: string;
}

const MAX_ITERATIONS = 100;
const TOLERANCE = 1e-9;
const LARGEST_LOGIT = 35;

/**
 * Logistic regression with a ridge penalty, by Newton's method: maximises
 * Σ yᵢ·log pᵢ + (1 − yᵢ)·log(1 − pᵢ) − λ/2·Σ βⱼ², the intercept not penalised
 * (le Cessie and van Houwelingen, Ridge Estimators in Logistic Regression, 1992).
 * @param rows standardised features @param labels 1 where it happened @param lambda above 0, so that there is a single answer
 */
export function fitLogistic(rows: readonly (readonly number[])[], labels: readonly (0 | 1)[], lambda: number): LogisticFit | NoFit {
  const happened = labels.reduce((sum: number, label) => sum + label, 0);
  if (rows.length === 0) return { because: 'nobody is there to learn from' };
  if (happened === 0 || happened === rows.length) return { because: happened === 0 ? 'it happened to nobody' : 'it happened to everybody' };
  const size = rows[0]!.length + 1;
  let beta = new Float64Array(size);
  beta[0] = Math.log(happened / (rows.length - happened));
  for (let iteration = 1; iteration <= MAX_ITERATIONS; iteration++) {
    const { gradient, hessian } = derivatives(rows, labels, beta, lambda);
    const decomposed = new CholeskyDecomposition(hessian);
    if (!decomposed.isPositiveDefinite()) return { because: 'the features say the same thing twice' };
    const step = decomposed.solve(Matrix.columnVector(gradient)).to1DArray();
    beta = beta.map((value, index) => value + step[index]!);
    if (Math.max(...step.map(Math.abs)) < TOLERANCE) return fitFrom(beta, rows, labels, lambda, iteration);
  }
  return { because: `the fit did not converge in ${MAX_ITERATIONS} steps` };
}

/** Probability between 0 and 1, by standardised features. */
export function probabilityOf({ intercept, coefficients }: Pick<LogisticFit, 'intercept' | 'coefficients'>, row: readonly number[]): number {
  return logistic(coefficients.reduce((sum, coefficient, index) => sum + coefficient * row[index]!, intercept));
}

function fitFrom(beta: Float64Array, rows: readonly (readonly number[])[], labels: readonly (0 | 1)[], lambda: number, iterations: number): LogisticFit {
  const { hessian } = derivatives(rows, labels, beta, lambda);
  const covariance = new CholeskyDecomposition(hessian).solve(Matrix.eye(beta.length));
  const [intercept, ...coefficients] = beta;
  return { intercept: intercept!, coefficients, standardErrors: covariance.diagonal().map(Math.sqrt), iterations };
}

/** Of the penalised log-likelihood: its gradient and its negative second derivatives. */
function derivatives(rows: readonly (readonly number[])[], labels: readonly (0 | 1)[], beta: Float64Array, lambda: number): { gradient: number[]; hessian: Matrix } {
  const size = beta.length;
  const gradient = Array.from(beta, (value, index) => (index === 0 ? 0 : -lambda * value));
  const second = Array.from({ length: size }, (_, index) => Float64Array.from({ length: size }, (__, other) => (index === other && index > 0 ? lambda : 0)));
  const extended = new Float64Array(size);
  extended[0] = 1;
  for (let at = 0; at < rows.length; at++) {
    extended.set(rows[at]!, 1);
    let logit = 0;
    for (let index = 0; index < size; index++) logit += beta[index]! * extended[index]!;
    const probability = logistic(logit);
    const weight = Math.max(probability * (1 - probability), Number.EPSILON);
    for (let index = 0; index < size; index++) {
      gradient[index]! += (labels[at]! - probability) * extended[index]!;
      const [line, weighted] = [second[index]!, weight * extended[index]!];
      for (let other = 0; other <= index; other++) line[other]! += weighted * extended[other]!;
    }
  }
  for (let index = 0; index < size; index++) for (let other = 0; other < index; other++) second[other]![index] = second[index]![other]!;
  return { gradient, hessian: new Matrix(second.map((line) => Array.from(line))) };
}

const logistic = (logit: number): number => 1 / (1 + Math.exp(-Math.max(-LARGEST_LOGIT, Math.min(LARGEST_LOGIT, logit))));
