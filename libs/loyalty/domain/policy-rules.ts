import { invalid } from '#event-sourcing';
import type { LifecycleRules, LoyaltyRules, StageRules } from './policies.js';

/** @throws Rejection the rules contradict one another: some stage could never be reached. */
export function checkLifecycleRules({ variants, segments = [], ...rules }: LifecycleRules): void {
  for (const each of [rules, ...Object.values(variants ?? {}), ...segments.map((segment) => segment.rules)]) checkStageRules(each);
  if (new Set(segments.map(({ name }) => name)).size < segments.length) throw invalid('segment-named-twice', 'Give each segment a name of its own.');
  const everybody = segments.find(({ where }) => Object.values(where).every((condition) => condition === undefined));
  if (everybody) throw invalid('segment-of-everybody', `Segment ${everybody.name} names no condition; rules for everybody stand beside the segments.`);
}

function checkStageRules({ developing, loyal, atRisk, dormant, lost }: StageRules): void {
  if (loyal.purchaseDays <= developing.purchaseDays) {
    throw invalid('loyal-not-above-developing', `loyal.purchaseDays must be above developing.purchaseDays (${developing.purchaseDays}).`);
  }
  if (atRisk.afterDays >= dormant.afterDays || dormant.afterDays >= lost.afterDays) {
    throw invalid('silence-not-ascending', 'atRisk.afterDays must be below dormant.afterDays, and that below lost.afterDays.');
  }
}

/** @throws Rejection the boundaries do not fit the method or the number of scores. */
export function checkLoyaltyRules({ method, scores, boundaries }: LoyaltyRules): void {
  if (method === 'quantiles') {
    if (boundaries) throw invalid('boundaries-not-wanted', 'Quantiles find their own boundaries; leave boundaries out, or choose the method fixed.');
    return;
  }
  if (!boundaries) throw invalid('boundaries-missing', 'The method fixed needs boundaries for recencyDays, frequency and monetary.');
  for (const [field, values] of Object.entries(boundaries) as [string, number[]][]) {
    if (values.length !== scores - 1) {
      throw invalid('boundaries-wrong-number', `boundaries.${field} must have ${scores - 1} values for ${scores} scores; it has ${values.length}.`);
    }
    if (values.some((value, index) => index > 0 && value <= values[index - 1]!)) {
      throw invalid('boundaries-not-ascending', `boundaries.${field} must be ascending, each value once.`);
    }
  }
}
