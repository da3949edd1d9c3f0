import { describe, expect, it } from '@jest/globals';
import type { Stage, StagePeriod } from './lifecycle.js';
import { StageCountByMonth, Transitions } from './stage-reports.js';

const time = (date: string) => (date.includes('T') ? date : `${date}T00:00:00.000Z`);
const periods = (...changes: [Stage, string][]): StagePeriod[] =>
  changes.map(([stage, since], index) => ({
    stage, since: time(since), rule: 'noPurchase', policyVersion: 1, evidence: [],
    ...(changes[index + 1] ? { until: time(changes[index + 1]![1]) } : {}),
  }));

describe('Stage counts by month', () => {
  const byMonth = (now: string, ...customers: StagePeriod[][]) => {
    const count = new StageCountByMonth(time(now));
    customers.forEach((customer) => count.add(customer));
    return count.result().map(({ month, customers: all, counts }) => [month, all, Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0))]);
  };

  it('tell how many customers stood in each stage at each month\'s end', () => {
    const one = periods(['prospect', '2025-11-15'], ['first_purchase', '2025-12-31'], ['at_risk', '2026-02-10']);
    const other = periods(['first_purchase', '2026-01-01']);
    expect(byMonth('2026-03-15', one, other)).toEqual([
      ['2025-11', 1, { prospect: 1 }],
      ['2025-12', 1, { first_purchase: 1 }],
      ['2026-01', 2, { first_purchase: 2 }],
      ['2026-02', 2, { first_purchase: 1, at_risk: 1 }],
    ]);
  });

  it('count a month from its last millisecond on', () => {
    const change = periods(['prospect', '2026-01-01'], ['lost', '2026-01-31T23:59:59.999Z']);
    expect(byMonth('2026-01-31T23:59:59.998Z', change)).toEqual([]);
    expect(byMonth('2026-01-31T23:59:59.999Z', change)).toEqual([['2026-01', 1, { lost: 1 }]]);
    expect(byMonth('2026-02-01', periods(['prospect', '2026-01-01'], ['lost', '2026-02-01']))).toEqual([['2026-01', 1, { prospect: 1 }]]);
  });

  it('are none without customers', () => {
    expect(byMonth('2026-03-15')).toEqual([]);
  });
});

describe('The transition matrix', () => {
  it('counts each change of stage, and its rows sum to 1', () => {
    const transitions = new Transitions();
    transitions.add(periods(['prospect', '2025-01-01'], ['first_purchase', '2025-02-01'], ['at_risk', '2025-05-01']));
    transitions.add(periods(['prospect', '2025-01-01'], ['first_purchase', '2025-02-01'], ['developing', '2025-03-01'], ['at_risk', '2025-06-01']));
    transitions.add(periods(['first_purchase', '2025-02-01'], ['developing', '2025-03-01']));
    transitions.add(periods(['prospect', '2025-02-01']));
    const { counts, probabilities } = transitions.result();
    expect(counts.prospect.first_purchase).toBe(2);
    expect(counts.first_purchase).toMatchObject({ at_risk: 1, developing: 2 });
    expect(probabilities.first_purchase).toMatchObject({ at_risk: 1 / 3, developing: 2 / 3, lost: 0 });
    for (const row of Object.values(probabilities)) expect(Object.values(row).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('has no row for a stage that nobody left', () => {
    expect(Object.keys(new Transitions().result().probabilities)).toEqual([]);
  });
});
