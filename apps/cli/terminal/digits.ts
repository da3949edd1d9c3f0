/** Digits that people read of a number that is no whole one. */
const DIGITS = 6;

/** Of a number that is no whole one as many digits as mean something, and no less than the whole part. */
export function digitsOf(value: number): number {
  return Math.abs(value) >= 10 ** (DIGITS - 1) ? Math.round(value) : Number(value.toPrecision(DIGITS));
}
