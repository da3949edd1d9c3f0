import { inverse, Matrix } from 'ml-matrix';
import { minimise } from './minimise.js';

/** Parameters that make the data most likely. */
export interface Fitted<Name extends string> {
  fitted: true;
  parameters: Record<Name, number>;
  /** From the curvature of the likelihood. */
  standardErrors: Record<Name, number>;
  logLikelihood: number;
  /** Customers. */
  observations: number;
  iterations: number;
}

/** The data do not allow it, and why. */
export interface NotFitted {
  fitted: false;
  reason: string;
}

export type Fit<Name extends string> = Fitted<Name> | NotFitted;

export interface FitOptions {
  /** Parameters to start from, in the order of their names. */
  starts: readonly (readonly number[])[];
  /** What each parameter is counted in: 1, or what is usual in the data. */
  scales: readonly number[];
  /** Customers. */
  observations: number;
}

/**
 * Fits positive parameters by maximum likelihood, from several starts where the first does not lead anywhere.
 * @param logLikelihood of parameters in the order of their names
 */
export function maximumLikelihood<Name extends string>(
  names: readonly Name[], logLikelihood: (parameters: readonly number[]) => number, { starts, scales, observations }: FitOptions,
): Fit<Name> {
  const objective = (logs: readonly number[]) => {
    const value = -logLikelihood(parametersAt(logs));
    return Number.isFinite(value) ? value : Number.MAX_VALUE;
  };
  const parametersAt = (logs: readonly number[]) => logs.map((each, index) => Math.exp(each) * scales[index]!);
  let problem = '';
  for (const start of starts) {
    const minimum = minimise(objective, start.map((each, index) => Math.log(each / scales[index]!)));
    if (minimum.problem !== undefined) {
      problem = minimum.problem;
      continue;
    }
    const parameters = parametersAt(minimum.at);
    const covariance = inverse(new Matrix(minimum.hessian));
    // The curvature is that of logarithms: by the delta method the error of a parameter is the parameter times that of its logarithm.
    const errors = parameters.map((value, index) => value * Math.sqrt(Math.max(0, covariance.get(index, index))));
    return { fitted: true, parameters: named(names, parameters), standardErrors: named(names, errors), logLikelihood: -minimum.value, observations, iterations: minimum.iterations };
  }
  return { fitted: false, reason: `The likelihood has no maximum that could be found: ${problem}.` };
}

const named = <Name extends string>(names: readonly Name[], values: readonly number[]) =>
  Object.fromEntries(names.map((name, index) => [name, values[index]!])) as Record<Name, number>;

export const notFitted = (reason: string): NotFitted => ({ fitted: false, reason });

/** Equal observations once, with their number. */
export function weighted<T>(observations: readonly T[], key: (observation: T) => string): { of: T; weight: number }[] {
  const groups = new Map<string, { of: T; weight: number }>();
  for (const of of observations) {
    const name = key(of);
    const known = groups.get(name);
    if (known) known.weight += 1;
    else groups.set(name, { of, weight: 1 });
  }
  return [...groups.values()];
}
