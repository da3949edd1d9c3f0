import gammaln from '@stdlib/math-base-special-gammaln';

/** ln Γ(x), x > 0. */
export const logGamma = (x: number): number => gammaln(x);

/** ln B(a, b); a, b > 0. */
export const logBeta = (a: number, b: number): number => gammaln(a) + gammaln(b) - gammaln(a + b);

/** ln(eᵃ + eᵇ) without overflow. */
export function logSum(a: number, b: number): number {
  const [high, low] = a > b ? [a, b] : [b, a];
  return low === -Infinity ? high : high + Math.log1p(Math.exp(low - high));
}

const TERMS_AT_MOST = 2_000_000;
const NEGLIGIBLE = 1e-16;

const LARGE = 1e200;
const LOG_OF_LARGE = Math.log(LARGE);

/** A number too large for a double may be: `mantissa` times e to the power of `exponent`. */
export interface Scaled {
  mantissa: number;
  exponent: number;
}

/**
 * Gauss's hypergeometric function ₂F₁(a, b; c; z) by its series, 0 ≤ z < 1.
 * @throws RangeError z lies outside, or the series has not converged: z is too near to 1.
 */
export function hypergeometric(a: number, b: number, c: number, z: number): Scaled {
  if (!(z >= 0 && z < 1)) throw new RangeError(`The hypergeometric series is summed for z from 0 to below 1; z is ${z}.`);
  let term = 1;
  let sum = 1;
  let exponent = 0;
  for (let n = 0; n < TERMS_AT_MOST; n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
    if (Math.abs(term) <= NEGLIGIBLE * Math.abs(sum)) return { mantissa: sum, exponent };
    if (Math.abs(sum) > LARGE) {
      term /= LARGE;
      sum /= LARGE;
      exponent += LOG_OF_LARGE;
    }
  }
  throw new RangeError(`The hypergeometric series has not converged for z = ${z}.`);
}

/**
 * Probability that a chi-square variable of so many degrees of freedom exceeds the value, by the series of the incomplete gamma function
 * (Abramowitz and Stegun, 6.5.29 and 26.4.19).
 */
export function chiSquareProbability(value: number, degrees: number): number {
  const [shape, x] = [degrees / 2, value / 2];
  if (x <= 0) return 1;
  let [term, sum] = [1 / shape, 1 / shape];
  for (let n = 1; n < TERMS_AT_MOST && term > NEGLIGIBLE * sum; n++) {
    term *= x / (shape + n);
    sum += term;
    if (!Number.isFinite(sum)) return 0;
  }
  return Math.min(1, Math.max(0, 1 - sum * Math.exp(shape * Math.log(x) - x - logGamma(shape))));
}
