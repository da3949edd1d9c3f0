import { type Fit } from '#statistics';

/** Half of what holds 95 % of a normal distribution, in standard deviations. */
const NORMAL_95 = 1.959963984540054;

export interface Estimate {
  model: string;
  parameter: string;
  estimate: number;
  standardError: number;
  /** Of the interval of 95 %, by the logarithm of the parameter. */
  lower: number;
  upper: number;
}

/** The parameters of a fit with what they may be off by; none where there is no fit. */
export function estimatesOf(model: string, fit: Fit<string>): Estimate[] {
  if (!fit.fitted) return [];
  return Object.entries(fit.parameters).map(([parameter, estimate]) => {
    const standardError = fit.standardErrors[parameter]!;
    const factor = Math.exp((NORMAL_95 * standardError) / estimate);
    return { model, parameter, estimate, standardError, lower: estimate / factor, upper: estimate * factor };
  });
}

export const fitSummary = (fit: Fit<string>) => (fit.fitted ? { observations: fit.observations, logLikelihood: fit.logLikelihood, iterations: fit.iterations } : { fitted: false });

/** Columns of {@link Estimate}. */
export const ESTIMATE_COLUMNS = {
  model: 'text', parameter: 'text', estimate: 'number', standardError: 'number', lower: { type: 'number', summary: 'Of the interval of 95 %, by the logarithm of the parameter.' }, upper: 'number',
} as const;
