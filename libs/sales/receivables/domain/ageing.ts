import { noAmounts, withAmount, type Amounts } from '../../domain/figures.js';
import { type Money } from '#money';

/** Days since an amount was due. */
export const AGES = ['not-due', '1-30', '31-60', '61-90', 'over-90'] as const;
export type Age = (typeof AGES)[number];

const DAY_MS = 86_400_000;

/** Whole days since a date; 0 on the day itself and before. */
export const daysOverdue = (dueOn: string, now: string): number => Math.max(0, Math.floor((Date.parse(now.slice(0, 10)) - Date.parse(dueOn)) / DAY_MS));

export function ageOf(dueOn: string, now: string): Age {
  const days = daysOverdue(dueOn, now);
  if (days === 0) return 'not-due';
  if (days <= 30) return '1-30';
  if (days <= 60) return '31-60';
  return days <= 90 ? '61-90' : 'over-90';
}

export type Ageing = Record<Age, Amounts>;

/** What is open, by how long it has been due. */
export function ageingOf(open: Iterable<{ dueOn: string; open: Money }>, now: string): Ageing {
  const ageing = Object.fromEntries(AGES.map((age) => [age, noAmounts])) as Ageing;
  for (const each of open) {
    const age = ageOf(each.dueOn, now);
    ageing[age] = withAmount(ageing[age], each.open);
  }
  return ageing;
}
