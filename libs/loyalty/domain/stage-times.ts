import type { Duration } from '#statistics';
import type { Stage, StagePeriod } from './lifecycle.js';
import { DAY_MS } from './time.js';

interface Lived {
  periods: readonly StagePeriod[];
}

const daysFrom = (since: string, until: string): number => (Date.parse(until) - Date.parse(since)) / DAY_MS;

/** How long customers were in a stage, in days, each stay by itself; those that last until now have not ended. */
export function staysIn(stage: Stage, customers: readonly Lived[], now: string): Duration[] {
  return customers.flatMap(({ periods }) => periods.filter((period) => period.stage === stage)
    .map(({ since, until }) => ({ time: daysFrom(since, until ?? now), ended: until !== undefined })));
}

/** From the first purchase until the customer was lost for the first time, in whole days. */
export function relationships(customers: readonly Lived[], now: string): Duration[] {
  return customers.flatMap(({ periods }) => {
    const first = periods.find(({ stage }) => stage !== 'prospect' && stage !== 'lost');
    if (!first) return [];
    const lost = periods.find(({ stage, since }) => stage === 'lost' && since > first.since);
    return [{ time: Math.floor(daysFrom(first.since, lost?.since ?? now)), ended: lost !== undefined }];
  });
}
