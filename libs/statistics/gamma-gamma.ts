import { maximumLikelihood, notFitted, type Fit } from './fit.js';
import { logGamma } from './special.js';

/** How many purchases, and what they came to on average, above 0. */
export interface Spending {
  purchases: number;
  average: number;
}

export type GammaGamma = Record<(typeof GAMMA_GAMMA)[number], number>;

/** Amounts of one customer are gamma distributed (p, scale); the scale over customers is, too (q, gamma). */
export const GAMMA_GAMMA = ['p', 'q', 'gamma'] as const;

/**
 * Fits the gamma-gamma model of spending by maximum likelihood. Source: Fader, Hardie and Lee, "RFM and CLV: Using
 * Iso-Value Curves for Customer Base Analysis", Journal of Marketing Research 42 (2005), equation 1a.
 */
export function fitGammaGamma(customers: readonly Spending[]): Fit<keyof GammaGamma> {
  const spending = customers.filter(({ purchases, average }) => purchases > 0 && average > 0);
  if (spending.length < 3) return notFitted(`There are ${spending.length} customers with purchases above 0; a distribution over customers needs more.`);
  if (spending.every(({ average }) => average === spending[0]!.average)) return notFitted('All customers spend the same on average: nothing tells how customers differ.');
  const mean = spending.reduce((sum, { average }) => sum + average, 0) / spending.length;
  const likelihood = ([p, q, gamma]: readonly number[]) => spending.reduce((sum, customer) => sum + logDensity({ p: p!, q: q!, gamma: gamma! }, customer), 0);
  return maximumLikelihood(GAMMA_GAMMA, likelihood, { starts: [[4, 4, mean / 2], [1, 2, mean], [10, 3, mean / 10]], scales: [1, 1, mean], observations: spending.length });
}

function logDensity({ p, q, gamma }: GammaGamma, { purchases: x, average: m }: Spending): number {
  const shape = p * x;
  return logGamma(shape + q) - logGamma(shape) - logGamma(q) + q * Math.log(gamma) + (shape - 1) * Math.log(m) + shape * Math.log(x) - (shape + q) * Math.log(gamma + x * m);
}

/**
 * What a purchase of this customer comes to on average, by the customer's own purchases and those of all: equation 1b of
 * the same source. Undefined where the model has no mean (q ≤ 1) and the customer no purchase.
 */
export function expectedSpend({ p, q, gamma }: GammaGamma, { purchases: x, average: m }: Spending): number | undefined {
  const rest = p * x + q - 1;
  return rest > 0 ? (p * (gamma + x * m)) / rest : undefined;
}
