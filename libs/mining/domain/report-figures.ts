import { type PurchaseHistory } from './purchase-histories.js';

/** How many customers went from one stage to another between two moments; null: not a customer yet. */
export interface StageFlow {
  from: string | null;
  to: string;
  customers: number;
}

/** Customers by the month of their first purchase. */
export interface Cohort {
  /** `2026-01` */
  month: string;
  customers: number;
  /** By months since then, beginning with 0: the share that bought. */
  shares: number[];
}

export interface Lorenz {
  currency: string;
  /** Shares of customers and of what they spent, those who spent least first. */
  points: [customers: number, amount: number][];
  /** 0: all spend the same; near 1: one spends all (Gini). */
  gini: number;
}

export interface RfmCell {
  /** 1 (worst) to 5 (best). */
  recency: number;
  frequency: number;
  customers: number;
  /** Mean amount, minor units. */
  meanAmount: number;
}

type Stages = readonly { periods: readonly { stage: string; since: string }[] }[];

const LORENZ_POINTS = 100;
const SCORES = 5;

export function stageFlows(rows: Stages, then: string, now: string): StageFlow[] {
  const stageAt = (periods: Stages[number]['periods'], at: string) => periods.findLast(({ since }) => since <= at)?.stage ?? null;
  const counts = new Map<string, StageFlow>();
  for (const { periods } of rows) {
    const to = stageAt(periods, now);
    if (to === null) continue;
    const from = stageAt(periods, then);
    const flow = counts.get(`${from}/${to}`) ?? { from, to, customers: 0 };
    counts.set(`${from}/${to}`, { ...flow, customers: flow.customers + 1 });
  }
  return [...counts.values()].sort((one, other) => other.customers - one.customers || (`${one.from}/${one.to}` < `${other.from}/${other.to}` ? -1 : 1));
}

/** @param most so many of the latest cohorts */
export function cohortsOf(histories: readonly PurchaseHistory[], now: string, most: number): Cohort[] {
  const last = monthNumber(now);
  const cohorts = new Map<number, { customers: number; active: number[] }>();
  for (const { bought } of histories) {
    const months = [...new Set(bought.filter(({ at }) => at <= now).map(({ at }) => monthNumber(at)))];
    const [first] = months;
    if (first === undefined) continue;
    const cohort = cohorts.get(first) ?? { customers: 0, active: Array.from({ length: last - first + 1 }, () => 0) };
    cohort.customers++;
    for (const month of months) cohort.active[month - first]!++;
    cohorts.set(first, cohort);
  }
  return [...cohorts].sort(([one], [other]) => one - other).slice(-most).map(([month, { customers, active }]) => ({ month: monthName(month), customers, shares: active.map((count) => count / customers) }));
}

/** Undefined where nobody spent anything in the currency. */
export function lorenzOf(histories: readonly PurchaseHistory[], now: string, currency: string): Lorenz | undefined {
  const spent = histories.map(({ bought }) => bought.filter((each) => each.at <= now && each.currency === currency)).filter((own) => own.length > 0)
    .map((own) => Math.max(0, own.reduce((sum, { amount }) => sum + amount, 0))).sort((one, other) => one - other);
  const all = spent.reduce((sum, amount) => sum + amount, 0);
  if (all === 0) return undefined;
  let sum = 0;
  const sums = spent.map((amount) => (sum += amount));
  const weighted = spent.reduce((total, amount, index) => total + (index + 1) * amount, 0);
  const points = Array.from({ length: LORENZ_POINTS + 1 }, (_, step): [number, number] => {
    const count = Math.round((step / LORENZ_POINTS) * spent.length);
    return [count / spent.length, count === 0 ? 0 : sums[count - 1]! / all];
  });
  return { currency, points, gini: (2 * weighted) / (spent.length * all) - (spent.length + 1) / spent.length };
}

/** Scores by quintiles over all buyers; equal values have equal scores: one more for each boundary that a value is above. */
export function rfmGrid(histories: readonly PurchaseHistory[], now: string, currency: string): RfmCell[] {
  const buyers = histories.flatMap(({ bought }) => {
    const known = bought.filter(({ at }) => at <= now);
    const amount = known.filter((each) => each.currency === currency).reduce((sum, each) => sum + each.amount, 0);
    return known.length === 0 ? [] : [{ last: Date.parse(known.at(-1)!.at), days: new Set(known.map(({ at }) => at.slice(0, 10))).size, amount }];
  });
  const [lasts, days] = [boundariesOf(buyers.map(({ last }) => last)), boundariesOf(buyers.map((buyer) => buyer.days))];
  const cells = new Map<string, RfmCell & { sum: number }>();
  for (const { last, days: frequency, amount } of buyers) {
    const [r, f] = [scoreOf(last, lasts), scoreOf(frequency, days)];
    const cell = cells.get(`${r}/${f}`) ?? { recency: r, frequency: f, customers: 0, meanAmount: 0, sum: 0 };
    cells.set(`${r}/${f}`, { ...cell, customers: cell.customers + 1, sum: cell.sum + amount });
  }
  return [...cells.values()].map(({ sum, ...cell }) => ({ ...cell, meanAmount: sum / cell.customers })).sort((one, other) => one.recency - other.recency || one.frequency - other.frequency);
}

/** Nearest ranks: the smallest values that a fifth, two fifths … of all do not exceed. */
function boundariesOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((one, other) => one - other);
  return Array.from({ length: SCORES - 1 }, (_, index) => sorted[Math.ceil(((index + 1) / SCORES) * sorted.length) - 1]!);
}

const scoreOf = (value: number, boundaries: readonly number[]): number => 1 + boundaries.filter((boundary) => value > boundary).length;

const monthNumber = (time: string): number => Number(time.slice(0, 4)) * 12 + Number(time.slice(5, 7)) - 1;
const monthName = (month: number): string => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
