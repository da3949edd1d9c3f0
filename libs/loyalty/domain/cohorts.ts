import type { Buyer } from './buyers.js';
import { monthName, monthOf } from './time.js';

export interface CohortMonth {
  cohort: string;
  month: number;
  customers: number;
  active: number;
  share: number;
  revenue: number;
}

/** Each cohort in each month from its first to the present one, months without a purchase too. */
export function cohortTable(buyers: readonly Buyer[], now: string): CohortMonth[] {
  const cohorts = new Map<number, Buyer[]>();
  for (const buyer of buyers) {
    const first = monthOf(buyer.days[0]!.day);
    const known = cohorts.get(first);
    if (known) known.push(buyer);
    else cohorts.set(first, [buyer]);
  }
  const last = monthOf(now);
  return [...cohorts].sort(([one], [other]) => one - other).flatMap(([first, members]) => {
    const months = Array.from({ length: Math.max(0, last - first) + 1 }, () => ({ active: 0, revenue: 0 }));
    for (const { days } of members) {
      const bought = new Set<number>();
      for (const { day, amount } of days) {
        const month = months[monthOf(day) - first];
        if (!month) continue;
        month.revenue += amount;
        if (!bought.has(monthOf(day))) month.active += 1;
        bought.add(monthOf(day));
      }
    }
    return months.map(({ active, revenue }, month) => ({ cohort: monthName(first), month, customers: members.length, active, share: active / members.length, revenue }));
  });
}
