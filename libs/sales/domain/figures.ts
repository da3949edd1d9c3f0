import { added } from '#money';

/** Sums of money by currency, in minor units. */
export type Amounts = Readonly<Record<string, number>>;

export const noAmounts: Amounts = {};

/** Amounts of different currencies are never added. @throws Rejection `amount-too-large` */
export function withAmount(amounts: Amounts, money: { amount: number; currency: string } | undefined, sign: 1 | -1 = 1): Amounts {
  if (!money || money.amount === 0) return amounts;
  const { [money.currency]: before = 0, ...others } = amounts;
  const sum = added(before, sign * money.amount);
  return sum === 0 ? others : { ...others, [money.currency]: sum };
}

/** Groups by a key, in the order of the keys. */
export function grouped<Row, Group>(rows: Iterable<Row>, keyOf: (row: Row) => string, first: Group, add: (group: Group, row: Row) => Group): (Group & { key: string })[] {
  const groups = new Map<string, Group>();
  for (const row of rows) groups.set(keyOf(row), add(groups.get(keyOf(row)) ?? first, row));
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, group]) => ({ key, ...group }));
}

/** The middle value; of an even number the mean of the two in the middle; of none null. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** A part of a whole, with four decimals; of nothing null. */
export const rateOf = (part: number, whole: number): number | null => (whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000);
