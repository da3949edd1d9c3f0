import { allocate, halfAwayFromZero, multiply, toSnapshot, transformScale, type Dinero } from 'dinero.js/bigint';
import { asMoney, exactly, type Money } from './money.js';

/** Percentages have at most four decimals: 8.875 is exact. */
const PERCENT_DECIMALS = 4;

/**
 * So many per cent of it, rounded once, to the nearest minor unit; half a unit is rounded away from zero.
 * @throws Rejection `amount-too-large`
 */
export function shareOf(money: Money, percent: number): Money {
  const factor = { amount: BigInt(Math.round(percent * 10 ** PERCENT_DECIMALS)), scale: BigInt(PERCENT_DECIMALS + 2) };
  return rounded(multiply(exactly(money), factor));
}

/** @param count a whole number @throws Rejection `amount-too-large` */
export const times = (money: Money, count: number): Money => asMoney(multiply(exactly(money), BigInt(count)));

/** In so many parts that add up to it again: what cannot be divided goes to the first ones, a minor unit each. */
export function instalmentsOf(money: Money, count: number): Money[] {
  return allocate(exactly(money), Array.from({ length: count }, () => 1n)).map(asMoney);
}

function rounded(exact: Dinero<bigint>): Money {
  const { exponent } = toSnapshot(exact).currency;
  return asMoney(transformScale(exact, exponent, halfAwayFromZero));
}

/** What so many of all units come to: what cannot be divided goes to the first ones, so that all parts add up to it again. */
export function ofUnits(money: Money, units: number, all: number): Money {
  const [part] = allocate(exactly(money), [BigInt(units), BigInt(all - units)]);
  return asMoney(part!);
}
