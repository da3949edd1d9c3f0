import { maximumLikelihood, notFitted, weighted, type Fit } from './fit.js';
import { logBeta, logGamma, logSum } from './special.js';

/** In how many of the opportunities somebody renewed, and which was the last (counted from 1; 0: none). */
export interface Renewals {
  renewed: number;
  last: number;
  opportunities: number;
}

export type BgBb = Record<(typeof BG_BB)[number], number>;

/** Who is there renews with a beta distributed probability (alpha, beta), and leaves before an opportunity with another (gamma, delta). */
export const BG_BB = ['alpha', 'beta', 'gamma', 'delta'] as const;

/**
 * Fits the BG/BB model by maximum likelihood. Source: Fader, Hardie and Shang, "Customer-Base Analysis in a Discrete-Time
 * Noncontractual Setting", Marketing Science 29 (2010), equation 5.
 */
export function fitBgBb(customers: readonly Renewals[]): Fit<keyof BgBb> {
  const observed = customers.filter(({ opportunities }) => opportunities > 0);
  if (observed.length < 2) return notFitted(`There are ${observed.length} customers who had an opportunity to renew; a distribution over customers needs more.`);
  if (observed.every(({ renewed }) => renewed === 0)) return notFitted('Nobody ever renewed: nothing tells how often they do or when they leave.');
  if (observed.every(({ renewed, opportunities }) => renewed === opportunities)) return notFitted('Everybody renewed at every opportunity: nothing tells when they leave.');
  const groups = weighted(observed, ({ renewed, last, opportunities }) => `${renewed}/${last}/${opportunities}`);
  if (groups.length < BG_BB.length) return notFitted(`The customers have ${groups.length} different histories; ${BG_BB.length} parameters cannot be told from so few.`);
  const likelihood = (values: readonly number[]) => groups.reduce((sum, { of, weight }) => sum + weight * logLikelihood(modelOf(values), of), 0);
  return maximumLikelihood(BG_BB, likelihood, { starts: [[1, 1, 0.5, 3], [1, 0.5, 0.5, 1], [0.5, 2, 1, 5], [2, 2, 2, 10]], scales: [1, 1, 1, 1], observations: observed.length });
}

const modelOf = ([alpha, beta, gamma, delta]: readonly number[]): BgBb => ({ alpha: alpha!, beta: beta!, gamma: gamma!, delta: delta! });

function logLikelihood({ alpha, beta, gamma, delta }: BgBb, { renewed: x, last, opportunities: n }: Renewals): number {
  const [renewing, leaving] = [logBeta(alpha, beta), logBeta(gamma, delta)];
  let sum = logBeta(alpha + x, beta + n - x) - renewing + logBeta(gamma, delta + n) - leaving;
  for (let i = 0; i < n - last; i++) sum = logSum(sum, logBeta(alpha + x, beta + last - x + i) - renewing + logBeta(gamma + 1, delta + last + i) - leaving);
  return sum;
}

/** Probability that the customer is there at the next opportunity: equation 7 of the same source, for the opportunity after the last observed. */
export function probabilityThere(model: BgBb, history: Renewals): number {
  const { alpha, beta, gamma, delta } = model;
  const { renewed: x, opportunities: n } = history;
  return Math.exp(logBeta(alpha + x, beta + n - x) - logBeta(alpha, beta) + logBeta(gamma, delta + n + 1) - logBeta(gamma, delta) - logLikelihood(model, history));
}

const NEAR = 1e-7;

/** Renewals at the next so many opportunities: equation 13 of the same source. */
export function expectedRenewals(model: BgBb, history: Renewals, next: number): number {
  const { alpha, beta, delta } = model;
  // At 1 the formula divides 0 by 0; beside it it is as good as its limit.
  const gamma = Math.abs(model.gamma - 1) < NEAR ? 1 + NEAR : model.gamma;
  const { renewed: x, opportunities: n } = history;
  const renewing = logBeta(alpha + x + 1, beta + n - x) - logBeta(alpha, beta);
  const scale = renewing + Math.log(delta) + logGamma(gamma + delta) - logGamma(1 + delta) - logLikelihood(model, history);
  const [sooner, later] = [n, n + next].map((at) => Math.exp(scale + logGamma(1 + delta + at) - logGamma(gamma + delta + at)));
  return (sooner! - later!) / (gamma - 1);
}
