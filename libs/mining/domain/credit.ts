import { type NoFit } from '#learning';
import { type CreditHistory, type Instalment } from './credit-histories.js';
import { riskModel, type RiskModel } from './risk-model.js';

const DAY_MS = 86_400_000;

/** How a customer pays, at a moment. */
export const CREDIT_FEATURES = {
  due: 'instalments that have fallen due',
  lateShare: 'share of them that was paid late, or is late',
  meanDaysBeyondTerms: 'mean days that they were or are beyond terms',
  longestDaysBeyondTerms: 'most days beyond terms of any',
  overdue: 'instalments that are overdue now',
  notices: 'dunning notices',
  brokenPromises: 'promises to pay that were broken',
} as const;

export type CreditFeature = keyof typeof CREDIT_FEATURES;
export const CREDIT_FEATURE_NAMES = Object.keys(CREDIT_FEATURES) as CreditFeature[];

export interface CreditStanding {
  customerId: string;
  values: Readonly<Record<CreditFeature, number>>;
}

/** Days from the day on which an instalment was due to the one on which it was paid, or to today. */
export function daysBeyondTerms({ dueOn, paidOn }: Instalment, today: string): number {
  const end = paidOn !== undefined && paidOn <= today ? paidOn : today;
  return Math.max(0, Math.round((Date.parse(end) - Date.parse(dueOn)) / DAY_MS));
}

/** Of everybody of whom an instalment was due by today. */
export function standings(histories: readonly CreditHistory[], today: string): CreditStanding[] {
  return histories.flatMap(({ customerId, instalments }) => {
    const due = Object.values(instalments).filter(({ dueOn }) => dueOn < today);
    if (due.length === 0) return [];
    const beyond = due.map((each) => daysBeyondTerms(each, today));
    const sum = (of: (each: Instalment) => number) => due.reduce((total, each) => total + of(each), 0);
    return [{
      customerId,
      values: {
        due: due.length, lateShare: beyond.filter((days) => days > 0).length / due.length, meanDaysBeyondTerms: beyond.reduce((total, days) => total + days, 0) / due.length,
        longestDaysBeyondTerms: Math.max(...beyond), overdue: sum((each) => Number(isOpen(each, today))), notices: sum(({ notices }) => notices), brokenPromises: sum((each) => each.brokenPromises),
      },
    }];
  });
}

/**
 * Learns from how customers paid by the cut who paid later than the days of grace after it: an instalment that fell due since, or that was open then.
 * @param before histories as they were known at the cut
 */
export function creditModel(before: readonly CreditHistory[], after: readonly CreditHistory[], cut: string, today: string, graceDays: number, lambda: number): RiskModel | NoFit {
  const known = new Map(after.map((row) => [row.customerId, row]));
  const examples = standings(before, cut).flatMap(({ customerId, values }) => {
    const asked = Object.values(known.get(customerId)?.instalments ?? {}).filter((each) => (each.dueOn >= cut && each.dueOn < today) || (each.dueOn < cut && isOpen(each, cut)));
    if (asked.length === 0) return [];
    const label: 0 | 1 = asked.some((each) => daysBeyondTerms(each, today) > graceDays) ? 1 : 0;
    return [{ customerId, row: rowOf(values), label }];
  });
  return examples.length === 0 ? { because: 'nobody who had to pay before the earlier moment had to pay after it' } : riskModel(examples, lambda);
}

const isOpen = ({ dueOn, paidOn }: Instalment, today: string) => dueOn < today && (paidOn === undefined || paidOn > today);

export const rowOf = (values: CreditStanding['values']): number[] => CREDIT_FEATURE_NAMES.map((feature) => values[feature]);
