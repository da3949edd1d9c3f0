import { maximumLikelihood, notFitted, weighted, type Fit } from './fit.js';
import { hypergeometric, logBeta, logGamma, logSum } from './special.js';

/**
 * How often a customer came back and when last: repeat purchases, time from the first to the last purchase, and time
 * from the first purchase to the end of the observation, both in the same unit.
 */
export interface RepeatBuying {
  repeats: number;
  recency: number;
  age: number;
}

export type BgNbd = Record<(typeof BG_NBD)[number], number>;

/** Purchases come at rates that are gamma distributed (r, alpha); after each one a customer leaves with a probability that is beta distributed (a, b). */
export const BG_NBD = ['r', 'alpha', 'a', 'b'] as const;

/**
 * Fits the BG/NBD model by maximum likelihood. Source: Fader, Hardie and Lee, "Counting Your Customers the Easy Way: An
 * Alternative to the Pareto/NBD Model", Marketing Science 24 (2005), equation 6.
 */
export function fitBgNbd(customers: readonly RepeatBuying[]): Fit<keyof BgNbd> {
  const observed = customers.filter(({ age }) => age > 0);
  if (observed.length < 2) return notFitted(`There are ${observed.length} customers who were observed for some time after their first purchase; a distribution over customers needs more.`);
  if (observed.every(({ repeats }) => repeats === 0)) return notFitted('No customer bought again: nothing tells how often they buy or when they leave.');
  const groups = weighted(observed, ({ repeats, recency, age }) => `${repeats}/${recency}/${age}`);
  if (groups.length < BG_NBD.length) return notFitted(`The customers have ${groups.length} different histories; ${BG_NBD.length} parameters cannot be told from so few.`);
  const meanAge = observed.reduce((sum, { age }) => sum + age, 0) / observed.length;
  const likelihood = ([r, alpha, a, b]: readonly number[]) => logLikelihood({ r: r!, alpha: alpha!, a: a!, b: b! }, groups);
  const starts = [[0.5, meanAge / 4, 0.5, 1.5], [1, meanAge, 1, 1], [0.2, meanAge / 20, 0.2, 2], [2, meanAge * 2, 1, 4]];
  return maximumLikelihood(BG_NBD, likelihood, { starts, scales: [1, meanAge, 1, 1], observations: observed.length });
}

function logLikelihood({ r, alpha, a, b }: BgNbd, groups: readonly { of: RepeatBuying; weight: number }[]): number {
  const [ofRate, ofLeaving] = [r * Math.log(alpha) - logGamma(r), logGamma(a + b) - logGamma(b)];
  const byRepeats = new Map<number, number>();
  let sum = 0;
  for (const { of: { repeats: x, recency, age }, weight } of groups) {
    let common = byRepeats.get(x);
    if (common === undefined) {
      common = ofRate + logGamma(r + x) + ofLeaving + logGamma(b + x) - logGamma(a + b + x);
      byRepeats.set(x, common);
    }
    const alive = -(r + x) * Math.log(alpha + age);
    const gone = x > 0 ? Math.log(a) - Math.log(b + x - 1) - (r + x) * Math.log(alpha + recency) : -Infinity;
    sum += weight * (common + logSum(alive, gone));
  }
  return sum;
}

/** Probability that the customer has not left by the end of the observation. Source: Fader, Hardie and Lee, "Computing P(alive) Using the BG/NBD Model" (2008). */
export function probabilityAlive({ r, alpha, a, b }: BgNbd, { repeats: x, recency, age }: RepeatBuying): number {
  if (x === 0) return 1;
  return 1 / (1 + Math.exp(Math.log(a) - Math.log(b + x - 1) + (r + x) * (Math.log(alpha + age) - Math.log(alpha + recency))));
}

/** Purchases that a customer of this history will make in the next `time`. Source: as {@link fitBgNbd}, equation 10. */
export function expectedPurchases(model: BgNbd, history: RepeatBuying, time: number): number {
  const { r, alpha, b } = model;
  const a = apartFromOne(model.a);
  const c = awayFromZero(a + b + history.repeats - 1);
  const z = time / (alpha + history.age + time);
  // Euler's transformation of the published form: its terms do not overflow for customers who bought very often.
  const { mantissa, exponent } = hypergeometric(a + b - 1 - r, a - 1, c, z);
  const left = mantissa * Math.exp(exponent + (a - 1) * Math.log1p(-z));
  return Math.max(0, ((c / (a - 1)) * (1 - left)) * probabilityAlive(model, history));
}

/** Repeat purchases that anybody will make within `time` after the first purchase. Source: as {@link fitBgNbd}, equation 9. */
export function expectedRepeats(model: BgNbd, time: number): number {
  return time <= 0 ? 0 : expectedPurchases(model, { repeats: 0, recency: 0, age: 0 }, time);
}

/** Probabilities of 0, 1, … repeat purchases, and last of that many or more, within `time` after the first purchase. Source: as {@link fitBgNbd}, equation 8. */
export function probabilityOfRepeats({ r, alpha, a, b }: BgNbd, time: number, classes: number): number[] {
  const [stay, part] = [Math.log(alpha / (alpha + time)) * r, time / (alpha + time)];
  // Of a customer who never leaves: negative binomial terms, and their sum up to the one before.
  let [term, before] = [Math.exp(stay), 0];
  const found: number[] = [];
  for (let x = 0; x < classes - 1; x++) {
    const goesOn = Math.exp(logBeta(a, b + x) - logBeta(a, b)) * term;
    const left = x > 0 ? Math.exp(logBeta(a + 1, b + x - 1) - logBeta(a, b)) * Math.max(0, 1 - before) : 0;
    found.push(goesOn + left);
    before += term;
    term *= ((r + x) / (x + 1)) * part;
  }
  return [...found, Math.max(0, 1 - found.reduce((sum, each) => sum + each, 0))];
}

const NEAR = 1e-7;

/** At 1 the formulas divide 0 by 0; beside it they are as good as their limit. */
const apartFromOne = (a: number): number => (Math.abs(a - 1) < NEAR ? 1 + NEAR : a);

const awayFromZero = (c: number): number => (Math.abs(c) < NEAR ? NEAR : c);
