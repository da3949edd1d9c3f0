import { type NoFit } from '#learning';
import { daysBeyondTerms, isOpen, paidTooLate, type CreditHistory } from '#sales';
import { riskModel, type RiskModel } from './risk-model.js';

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

/** Of everybody of whom an instalment was due by today. */
export function standings(histories: readonly CreditHistory[], today: string): CreditStanding[] {
  return histories.flatMap(({ customerId, instalments }) => {
    const due = Object.values(instalments).filter(({ dueOn }) => dueOn < today);
    if (due.length === 0) return [];
    const beyond = due.map((each) => daysBeyondTerms(each, today));
    const sum = (of: (each: (typeof due)[number]) => number) => due.reduce((total, each) => total + of(each), 0);
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
    const history = known.get(customerId);
    const late = history && paidTooLate(history, cut, today, graceDays);
    return late === undefined ? [] : [{ customerId, row: rowOf(values), label: late ? 1 as const : 0 as const }];
  });
  return examples.length === 0 ? { because: 'nobody who had to pay before the earlier moment had to pay after it' } : riskModel(examples, lambda);
}

export const rowOf = (values: CreditStanding['values']): number[] => CREDIT_FEATURE_NAMES.map((feature) => values[feature]);
