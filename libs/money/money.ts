import { add, compare, dinero, subtract, toSnapshot, type Dinero } from 'dinero.js/bigint';
import { invalid } from '#event-sourcing';

/** An amount of money. */
export interface Money {
  /** Integer, in minor units of the currency. */
  amount: number;
  /** ISO 4217. */
  currency: string;
}

export const zero = (currency: string): Money => ({ amount: 0, currency });

/**
 * All of it together; of nothing, zero of the currency.
 * @throws Rejection `two-currencies`, `amount-too-large`
 */
export function sumOf(currency: string, amounts: readonly Money[]): Money {
  const start = exactly(zero(currency));
  return asMoney(amounts.reduce((sum, money) => add(sum, of(currency, money)), start));
}

/** @throws Rejection `two-currencies`, `amount-too-large` */
export function difference(from: Money, less: Money): Money {
  return asMoney(subtract(exactly(from), of(from.currency, less)));
}

/**
 * Two sums of minor units of one currency together, for folds over many amounts.
 * @throws Rejection `amount-too-large`: digits would be lost.
 */
export function added(one: number, other: number): number {
  const sum = one + other;
  if (Number.isSafeInteger(sum)) return sum;
  throw invalid('amount-too-large', `${one} and ${other} minor units come to more than can be kept exactly (${Number.MAX_SAFE_INTEGER}). Look for an amount that was recorded far too large.`);
}

export const negated = ({ amount, currency }: Money): Money => ({ amount: amount === 0 ? 0 : -amount, currency });

/** Below 0 where the first is less, above 0 where it is more. @throws Rejection `two-currencies` */
export const compareMoney = (one: Money, other: Money): number => compare(exactly(one), of(one.currency, other));

/** @throws Rejection `two-currencies` */
export const isMore = (one: Money, than: Money): boolean => compareMoney(one, than) > 0;

/** As people read it: `EUR 1,204.50`. */
export function formatMoney({ amount, currency }: Money): string {
  const digits = decimalsOf(currency);
  const text = (Math.abs(amount) / 10 ** digits).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${amount < 0 ? '−' : ''}${currency} ${text}`;
}

/** Money as the library that calculates with it knows it: whole numbers of any size. */
export function exactly({ amount, currency }: Money): Dinero<bigint> {
  return dinero({ amount: BigInt(amount), currency: { code: currency, base: 10n, exponent: BigInt(decimalsOf(currency)) } });
}

/** @throws Rejection `amount-too-large` */
export function asMoney(exact: Dinero<bigint>): Money {
  const { amount, currency } = toSnapshot(exact);
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) throw invalid('amount-too-large', `An amount of ${amount} minor units of ${currency.code} would come out, more than can be kept exactly; give smaller numbers.`);
  return { amount: number, currency: currency.code };
}

function of(currency: string, money: Money): Dinero<bigint> {
  if (money.currency === currency) return exactly(money);
  throw invalid('two-currencies', `Amounts of ${currency} and ${money.currency} cannot be taken together; give both in one currency.`);
}

const decimals = new Map<string, number>();

/** Digits of the minor unit: 2 of EUR, 0 of JPY. */
export function decimalsOf(currency: string): number {
  const known = decimals.get(currency);
  if (known !== undefined) return known;
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits!;
  decimals.set(currency, digits);
  return digits;
}
