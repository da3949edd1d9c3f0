import { STAGES, type Stage, type StagePeriod } from './lifecycle.js';
import { monthEnd, monthName, monthOf } from './time.js';

export type StageCounts = Record<Stage, number>;

const zeros = (): StageCounts => Object.fromEntries(STAGES.map((stage) => [stage, 0])) as StageCounts;

/** Customers in each stage. */
export class StageCount {
  readonly counts = zeros();
  private total = 0;

  add(stage: Stage): void {
    this.counts[stage] += 1;
    this.total += 1;
  }

  result(): { customers: number; counts: StageCounts } {
    return { customers: this.total, counts: this.counts };
  }
}

export interface MonthCount {
  /** `2026-01` */
  month: string;
  /** Its last millisecond, to which the counts belong. */
  at: string;
  customers: number;
  counts: StageCounts;
}

/** Customers in each stage at the end of each month, from the first customer's month to the last month that has ended. */
export class StageCountByMonth {
  /** What each month adds to the count of the month before it. */
  private readonly changes = new Map<number, StageCounts>();
  private readonly lastMonth: number;

  constructor(now: string) {
    this.lastMonth = monthEnd(monthOf(now)) <= now ? monthOf(now) : monthOf(now) - 1;
  }

  /** The periods of one customer. */
  add(periods: readonly StagePeriod[]): void {
    for (const { stage, since, until } of periods) {
      this.change(monthOf(since), stage, 1);
      if (until !== undefined) this.change(monthOf(until), stage, -1);
    }
  }

  result(): MonthCount[] {
    const months: MonthCount[] = [];
    const counts = zeros();
    const first = Math.min(...this.changes.keys());
    for (let month = first; month <= this.lastMonth; month++) {
      const change = this.changes.get(month);
      if (change) for (const stage of STAGES) counts[stage] += change[stage];
      const customers = STAGES.reduce((sum, stage) => sum + counts[stage], 0);
      months.push({ month: monthName(month), at: monthEnd(month), customers, counts: { ...counts } });
    }
    return months;
  }

  private change(month: number, stage: Stage, by: number): void {
    let change = this.changes.get(month);
    if (!change) this.changes.set(month, (change = zeros()));
    change[stage] += by;
  }
}

export interface TransitionMatrix {
  stages: readonly Stage[];
  /** From the stage of the row to the stage of the column. */
  counts: Record<Stage, StageCounts>;
  /** The counts of a row divided by its sum; a stage that nothing started from has no row. */
  probabilities: Partial<Record<Stage, StageCounts>>;
}

/** Counts moves between stages. */
export class Transitions {
  private readonly counts = Object.fromEntries(STAGES.map((stage) => [stage, zeros()])) as Record<Stage, StageCounts>;

  /** The changes of stage of one customer. */
  add(periods: readonly StagePeriod[]): void {
    for (let next = 1; next < periods.length; next++) this.counts[periods[next - 1]!.stage][periods[next]!.stage] += 1;
  }

  result(): TransitionMatrix {
    const probabilities: TransitionMatrix['probabilities'] = {};
    for (const stage of STAGES) {
      const row = this.counts[stage];
      const sum = STAGES.reduce((total, to) => total + row[to], 0);
      if (sum > 0) probabilities[stage] = Object.fromEntries(STAGES.map((to) => [to, row[to] / sum])) as StageCounts;
    }
    return { stages: STAGES, counts: this.counts, probabilities };
  }
}
