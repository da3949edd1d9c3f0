import { plus } from '#calendar';
import { type DunningLevel } from './dunning-policy.js';

/** When the notice of a level goes out; undefined where the policy has no such level. Levels are counted from 1. */
export function noticeDueAt({ dueOn, levels }: { dueOn: string; levels: readonly DunningLevel[] }, level: number): string | undefined {
  const step = levels[level - 1];
  return step && plus(dueOn, { days: step.afterDays });
}
