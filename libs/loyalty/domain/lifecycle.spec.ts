import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lifecycle as lifecycleOf, type LifecycleFacts, type StagePeriod } from './lifecycle.js';
import { inForceOrder, type LifecycleRules, type PolicyVersion } from './policies.js';
import { withPurchase, type PurchaseDay } from './purchase-days.js';
import { DAY_MS } from './time.js';

const lifecycle = (of: LifecycleFacts, versions: readonly PolicyVersion<LifecycleRules>[], now: string) => lifecycleOf(of, inForceOrder(versions), now);

const START = Date.UTC(2026, 0, 1, 9);
/** The time that many days after the registration. */
const day = (days: number): string => new Date(START + days * DAY_MS).toISOString();
const justBefore = (time: string): string => new Date(Date.parse(time) - 1).toISOString();

const rules: LifecycleRules = {
  developing: { purchaseDays: 2 },
  loyal: { purchaseDays: 3, withinDays: 100 },
  atRisk: { afterDays: 30 },
  dormant: { afterDays: 60 },
  lost: { afterDays: 120 },
  wonBack: { forDays: 20 },
};
const policy: PolicyVersion<LifecycleRules> = { version: 1, effectiveFrom: day(-1000), rules };

const bought = (...times: string[]): PurchaseDay[] =>
  times.reduce<PurchaseDay[]>((days, at, index) => withPurchase(days, { at, purchaseId: `p${index}`, eventId: `bought-${index}` }), []);
const registered = { at: day(0), eventId: 'registered' };
const facts = (days: PurchaseDay[] = [], rest: Partial<LifecycleFacts> = {}): LifecycleFacts => ({ registered, activity: [], days, ...rest });

const stagesOf = (of: LifecycleFacts, now: string, versions = [policy]) =>
  lifecycle(of, versions, now)?.periods.map(({ stage, since }) => [stage, since]);
const presentOf = (of: LifecycleFacts, now: string, versions = [policy]) => lifecycle(of, versions, now)?.present;

describe('The life cycle', () => {
  it('begins with a prospect at registration', () => {
    expect(lifecycle(facts(), [policy], day(5))).toEqual({
      periods: [{ stage: 'prospect', since: day(0), rule: 'noPurchase', policyVersion: 1, evidence: ['registered'] }],
      present: { stage: 'prospect', rule: 'noPurchase', policyVersion: 1, evidence: ['registered'] },
    });
  });

  it('begins with the first purchase where that came before the registration, or nobody registered', () => {
    expect(stagesOf(facts(bought(day(-2))), day(1))).toEqual([['first_purchase', day(-2)]]);
    expect(stagesOf({ activity: [], days: bought(day(3)) }, day(4))).toEqual([['first_purchase', day(3)]]);
  });

  it('is unknown before the beginning and without a policy', () => {
    expect(lifecycle(facts(), [policy], justBefore(day(0)))).toBeUndefined();
    expect(lifecycle(facts(), [], day(1))).toBeUndefined();
    expect(lifecycle({ activity: [], days: [] }, [policy], day(1))).toBeUndefined();
  });

  it('goes by purchase days: a second purchase on one day does not develop the relationship', () => {
    const sameDay = new Date(Date.parse(day(1)) + 3_600_000).toISOString();
    expect(stagesOf(facts(bought(day(1), sameDay)), day(2))).toEqual([['prospect', day(0)], ['first_purchase', day(1)]]);
    expect(stagesOf(facts(bought(day(1), day(2), day(3))), day(4))).toEqual([
      ['prospect', day(0)], ['first_purchase', day(1)], ['developing', day(2)], ['loyal', day(3)],
    ]);
  });

  it('changes by silence at exactly so many days after the last purchase', () => {
    const once = facts(bought(day(1)));
    expect(stagesOf(once, day(500))).toEqual([
      ['prospect', day(0)], ['first_purchase', day(1)], ['at_risk', day(31)], ['dormant', day(61)], ['lost', day(121)],
    ]);
    expect(presentOf(once, justBefore(day(31)))?.stage).toBe('first_purchase');
    expect(presentOf(once, day(31))).toEqual({ stage: 'at_risk', rule: 'atRisk', policyVersion: 1, evidence: ['bought-0'] });
  });

  it('measures silence from the last purchase of a day and counts the day from its first', () => {
    const evening = new Date(Date.parse(day(1)) + 7_200_000).toISOString();
    const twice = facts(bought(day(1), evening));
    expect(stagesOf(twice, justBefore(day(60)))?.at(-1)).toEqual(['at_risk', new Date(Date.parse(day(31)) + 7_200_000).toISOString()]);
  });

  it('stays loyal only while enough purchase days lie within the span', () => {
    const slow = facts(bought(day(0), day(25), day(50), day(75), day(104)));
    expect(stagesOf(slow, day(105))?.slice(1)).toEqual([['developing', day(25)], ['loyal', day(50)]]);
    const thinner = facts(bought(day(0), day(29), day(58), day(87)));
    const strict = { ...policy, rules: { ...rules, loyal: { purchaseDays: 4, withinDays: 100 } } };
    expect(stagesOf(thinner, day(110), [strict])?.slice(1)).toEqual([['developing', day(29)], ['loyal', day(87)], ['developing', day(100)]]);
  });

  it('wins back who buys after having been dormant, for so many days', () => {
    const back = facts(bought(day(0), day(70)));
    expect(stagesOf(back, day(95))?.slice(2)).toEqual([['dormant', day(60)], ['won_back', day(70)], ['developing', day(90)]]);
    expect(presentOf(back, day(71))?.evidence).toEqual(['bought-0', 'bought-1']);
  });

  it('does not win back who was only at risk', () => {
    expect(stagesOf(facts(bought(day(0), day(50))), day(51))?.at(-1)).toEqual(['developing', day(50)]);
  });

  it('has lost who is deactivated, whatever is bought, until reactivated', () => {
    const away = facts(bought(day(1), day(6), day(22)), {
      activity: [{ at: day(20), eventId: 'on', active: true }, { at: day(5), eventId: 'off', active: false }],
    });
    expect(stagesOf(away, day(25))).toEqual([
      ['prospect', day(0)], ['first_purchase', day(1)], ['lost', day(5)], ['developing', day(20)], ['loyal', day(22)],
    ]);
    expect(presentOf(away, day(10))).toEqual({ stage: 'lost', rule: 'deactivated', policyVersion: 1, evidence: ['off'] });
  });

  it('judges each moment by the policy in force then', () => {
    const stricter = { version: 2, effectiveFrom: day(20), rules: { ...rules, atRisk: { afterDays: 10 } } };
    const once = facts(bought(day(1)));
    expect(stagesOf(once, day(40), [policy, stricter])).toEqual([['prospect', day(0)], ['first_purchase', day(1)], ['at_risk', day(20)]]);
    expect(presentOf(once, day(40), [policy, stricter])?.policyVersion).toBe(2);
    expect(presentOf(once, justBefore(day(20)), [policy, stricter])).toMatchObject({ stage: 'first_purchase', policyVersion: 1 });
  });

  it('keeps a stage that a new version leaves as it is, and cites the version in force', () => {
    const second = { version: 2, effectiveFrom: day(10), rules };
    const { periods, present } = lifecycle(facts(), [second, policy], day(11))!;
    expect(periods).toHaveLength(1);
    expect(periods[0]?.policyVersion).toBe(1);
    expect(present.policyVersion).toBe(2);
  });

  it('applies the first version to the time before it, and the higher of two that start together', () => {
    const late = { version: 1, effectiveFrom: day(50), rules };
    expect(presentOf(facts(), day(1), [late])).toMatchObject({ stage: 'prospect', policyVersion: 1 });
    expect(presentOf(facts(), day(60), [{ ...late, version: 2 }, late])?.policyVersion).toBe(2);
  });
});

describe('For any history', () => {
  const hours = fc.integer({ min: 0, max: 24 * 400 });
  const at = (hour: number) => new Date(START + hour * 3_600_000).toISOString();
  const anyRules = fc.tuple(...[30, 60, 90, 40, 200].map((max) => fc.integer({ min: 1, max }))).map(([atRisk, dormant, lost, wonBack, span]): LifecycleRules => ({
    developing: { purchaseDays: 2 },
    loyal: { purchaseDays: 3, withinDays: span! },
    atRisk: { afterDays: atRisk! },
    dormant: { afterDays: atRisk! + dormant! },
    lost: { afterDays: atRisk! + dormant! + lost! },
    wonBack: { forDays: wonBack! },
  }));
  const anyPolicies = fc.array(fc.tuple(hours, anyRules), { minLength: 1, maxLength: 3 }).map((versions) =>
    versions.map(([from, itsRules], index) => ({ version: index + 1, effectiveFrom: at(from), rules: itsRules })));
  const anyPurchases = fc.array(hours, { maxLength: 20 });
  const anyActivity = fc.array(fc.tuple(hours, fc.boolean()), { maxLength: 3 }).map((marks) =>
    marks.map(([hour, active], index) => ({ at: at(hour), eventId: `activity-${index}`, active })));
  const history = fc.record({ purchases: anyPurchases, activity: anyActivity, policies: anyPolicies });
  const factsFrom = ({ purchases, activity }: { purchases: number[]; activity: LifecycleFacts['activity'] }) =>
    facts(bought(...purchases.map(at)), { activity });

  it('the periods are contiguous, change the stage each time, and cover the time from the beginning on', () => {
    fc.assert(fc.property(history, hours, (given, hour) => {
      const { periods, present } = lifecycle(factsFrom(given), given.policies, at(hour))!;
      expect(periods[0]?.since).toBe(day(0));
      expect(periods.at(-1)).not.toHaveProperty('until');
      expect(periods.at(-1)?.stage).toBe(present.stage);
      for (let next = 1; next < periods.length; next++) {
        expect(periods[next - 1]!.until).toBe(periods[next]!.since);
        expect(periods[next - 1]!.since < periods[next]!.since).toBe(true);
        expect(periods[next - 1]!.stage).not.toBe(periods[next]!.stage);
      }
    }));
  });

  it('nothing leaks back from the future: an earlier answer is the beginning of a later one', () => {
    fc.assert(fc.property(history, hours, hours, (given, one, other) => {
      const [earlier, later] = [at(Math.min(one, other)), at(Math.max(one, other))];
      const then = lifecycle(factsFrom(given), given.policies, earlier)!.periods;
      const known = lifecycle(factsFrom(given), given.policies, later)!.periods;
      expect(until(known, earlier)).toEqual(then);
    }), { numRuns: 300 });
  });

  it('facts of the future change nothing', () => {
    fc.assert(fc.property(history, hours, (given, hour) => {
      const past = { purchases: given.purchases.filter((at) => at <= hour), activity: given.activity.filter((mark) => mark.at <= at(hour)) };
      expect(lifecycle(factsFrom(given), given.policies, at(hour))?.periods.map(({ stage, since }) => [stage, since]))
        .toEqual(lifecycle(factsFrom(past), given.policies, at(hour))?.periods.map(({ stage, since }) => [stage, since]));
    }));
  });

  it('the order in which events of the same time are told does not matter', () => {
    const mark = ([hour, id]: [number, number]) => ({ at: at(hour), purchaseId: `p${id}`, eventId: `e${id}` });
    const coarse = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat(50)), { selector: ([, id]) => id, maxLength: 15 });
    const shuffled = coarse.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(fc.property(shuffled, anyActivity, anyPolicies, ([all, others], activity, policies) => {
      const ofMarks = (marks: [number, number][]) => marks.map(([hour, id]) => mark([hour * 24 * 60, id])).reduce<PurchaseDay[]>(withPurchase, []);
      expect(lifecycle(facts(ofMarks(others), { activity: [...activity].reverse() }), policies, at(9000)))
        .toEqual(lifecycle(facts(ofMarks(all), { activity }), policies, at(9000)));
    }));
  });
});

/** The periods as they stood at a moment. */
function until(periods: readonly StagePeriod[], moment: string): StagePeriod[] {
  return periods.filter(({ since }) => since <= moment).map(({ until: end, ...period }) => (end !== undefined && end <= moment ? { ...period, until: end } : period));
}
