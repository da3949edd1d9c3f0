import { describe, expect, it } from '@jest/globals';
import { event, type AnyAnalysis, type NewEvent, type RecordedEvent } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { CustomerLocated, CustomerRegistered, KeyAccountDesignated, KeyAccountReleased } from '#customers';
import { addBindingFactor, removeBindingFactor } from '../commands/bindings.js';
import { defaultLifecyclePolicy } from '../commands/default-policies.js';
import { publishLifecyclePolicy } from '../commands/publish-lifecycle-policy.js';
import { Binding, BindingFactorAdded, BindingFactorRemoved } from '../domain/bindings.js';
import { STAGES } from '../domain/lifecycle.js';
import { LifecyclePolicy, LifecyclePolicyPublished } from '../domain/policies.js';
import { findingsOf, inputsOf } from '../testing/analysing.js';
import { bought, history, publishedPolicies } from '../testing/purchases.js';
import { lifecycle } from '../views/lifecycle.view.js';
import { cohorts } from './cohorts.analysis.js';
import { exitCost } from './exit-cost.analysis.js';
import { stageDurations } from './stage-durations.analysis.js';
import { stageTransitions } from './stage-transitions.analysis.js';
import { survival } from './survival.analysis.js';

const end = (day: string) => `${day}T23:59:59.999Z`;
const registered = (customerId: string, kind: 'person' | 'organisation' = 'person') => event(CustomerRegistered, { customerId, kind, name: 'Ada', status: 'prospect' });

/** Thirty customers who buy at intervals of their own. */
function crowd(): RecordedEvent[] {
  const made: [string, NewEvent][] = [...publishedPolicies] as [string, NewEvent][];
  for (let customer = 0; customer < 30; customer++) {
    made.push(['2025-01-01', registered(`c${customer}`)]);
    for (let n = 0; n < (customer * 7) % 9; n++) {
      const day = new Date(Date.UTC(2025, 0, 5 + customer + n * (10 + customer * 4))).toISOString().slice(0, 10);
      made.push([day, bought(`c${customer}`, `p${customer}-${n}`, 100 * (n + 1))]);
    }
  }
  return history(...made);
}

const until = (events: readonly RecordedEvent[], moment: string) => events.filter(({ occurredAt }) => occurredAt <= moment);

async function stagesAt(events: readonly RecordedEvent[], moment: string): Promise<Map<string, string>> {
  const inputs = await inputsOf({ sources: { customers: lifecycle } } as unknown as AnyAnalysis, until(events, moment), moment);
  return new Map((inputs['customers'] as { _id: string; stage: string }[]).map(({ _id, stage }) => [_id, stage]));
}

describe('The transition matrix between two moments', () => {
  const events = crowd();

  it.each([['2025-02-01', '2025-06-01'], ['2025-06-01', '2026-03-01'], ['2024-12-01', '2025-03-01']])('from %s to %s is that of direct counts, and its rows come to 1', async (first, last) => {
    const [from, now] = [end(first), end(last)];
    const asked = stageTransitions as unknown as AnyAnalysis;
    const found = asked.compute((await inputsOf(asked, until(events, now), now, until(events, from), from)) as never, { now, from, parameters: {} });
    const rows = found.rows as unknown as { from: string; to: string; customers: number; probability: number }[];
    const [was, is] = [await stagesAt(events, from), await stagesAt(events, now)];
    const counts = new Map<string, number>();
    for (const id of is.keys()) counts.set(`${was.get(id) ?? 'none'}>${is.get(id)!}`, (counts.get(`${was.get(id) ?? 'none'}>${is.get(id)!}`) ?? 0) + 1);
    expect(new Map(rows.map((row) => [`${row.from}>${row.to}`, row.customers]))).toEqual(counts);
    for (const stage of new Set(rows.map((row) => row.from))) expect(rows.filter((row) => row.from === stage).reduce((sum, row) => sum + row.probability, 0)).toBeCloseTo(1, 12);
  });
});

describe('Time in stages', () => {
  it('counts stays that last, and those that ended', async () => {
    const events = history(...publishedPolicies, ['2026-01-01', registered('c1')], ['2026-01-11', bought('c1', 'p1', 100)], ['2026-01-01', registered('c2')]);
    const { rows } = await findingsOf(stageDurations, events, '2026-01-21T10:00:00.000Z', { stage: 'prospect' });
    expect(rows.map(({ stage }) => stage)).toEqual([...STAGES]);
    expect(rows[0]).toEqual({ stage: 'prospect', stays: 2, ended: 1, meanDaysOfEnded: 10, medianDays: 10 });
    expect(rows[1]).toEqual({ stage: 'first_purchase', stays: 1, ended: 0, meanDaysOfEnded: null, medianDays: null });
  });

  it('gives the survival of relationships, and says where nobody was lost', async () => {
    const events = crowd();
    const { rows, summary } = await findingsOf(survival, events, end('2027-06-01'));
    expect(summary['buyers']).toBe(26);
    expect((rows as { survival: number }[]).every((row, index) => index === 0 || row.survival < (rows as { survival: number }[])[index - 1]!.survival)).toBe(true);
    expect((await findingsOf(survival, until(events, end('2025-02-01')), end('2025-02-01'))).notes).toEqual([expect.stringMatching('Nobody was lost')]);
  });

  it('is by the rules for the kind of customer, where there are any', async () => {
    const organisation = { ...defaultLifecyclePolicy.rules, atRisk: { afterDays: 10 } };
    const command = { ...defaultLifecyclePolicy, rules: { ...defaultLifecyclePolicy.rules, variants: { organisation } } };
    const rules = given(LifecyclePolicy, []).when(publishLifecyclePolicy, command).events[0]!.data as LifecyclePolicyPublished;
    given(LifecyclePolicy, []).when(publishLifecyclePolicy, { ...command, rules: { ...command.rules, variants: { organisation: { ...organisation, dormant: { afterDays: 5 } } } } }).thenRejected('silence-not-ascending');
    const events = history(['1970-01-01', event(LifecyclePolicyPublished, rules)], ['2026-01-01', registered('person')], ['2026-01-01', registered('firm', 'organisation')], ['2026-01-02', bought('person', 'p1', 1)], ['2026-01-02', bought('firm', 'p2', 1)]);
    expect(Object.fromEntries(await stagesAt(events, end('2026-01-20')))).toEqual({ person: 'first_purchase', firm: 'at_risk' });
  });

  it('is by the rules for the segment that a customer was in at each moment, the first that holds', async () => {
    const quick = { ...defaultLifecyclePolicy.rules, atRisk: { afterDays: 10 }, dormant: { afterDays: 20 }, lost: { afterDays: 30 } };
    const segments = [{ name: 'key accounts', where: { keyAccount: true }, rules: quick }, { name: 'Swiss firms', where: { kind: 'organisation' as const, countries: ['CH'] }, rules: { ...quick, atRisk: { afterDays: 15 } } }];
    const command = { ...defaultLifecyclePolicy, rules: { ...defaultLifecyclePolicy.rules, segments } };
    given(LifecyclePolicy, []).when(publishLifecyclePolicy, { ...command, rules: { ...command.rules, segments: [...segments, segments[0]!] } }).thenRejected('segment-named-twice');
    given(LifecyclePolicy, []).when(publishLifecyclePolicy, { ...command, rules: { ...command.rules, segments: [{ ...segments[0]!, where: {} }] } }).thenRejected('segment-of-everybody');
    const rules = given(LifecyclePolicy, []).when(publishLifecyclePolicy, command).events[0]!.data as LifecyclePolicyPublished;
    const events = history(
      ['1970-01-01', event(LifecyclePolicyPublished, rules)], ...['key', 'swiss', 'other'].flatMap((id): [string, NewEvent][] => [['2026-01-01', registered(id, 'organisation')], ['2026-01-02', bought(id, `p-${id}`, 1)]]),
      ['2026-01-01', event(CustomerLocated, { customerId: 'swiss', country: 'CH' })], ['2026-01-01', event(CustomerLocated, { customerId: 'other', country: 'DE' })],
      ['2026-01-01', event(KeyAccountDesignated, { customerId: 'key', name: 'Key', reason: 'Large', evidenceEventIds: [] })],
      ['2026-01-14', event(KeyAccountReleased, { customerId: 'key', reason: 'Small', evidenceEventIds: [] })],
    );
    expect(Object.fromEntries(await stagesAt(events, end('2026-01-13')))).toEqual({ key: 'at_risk', swiss: 'first_purchase', other: 'first_purchase' });
    expect(Object.fromEntries(await stagesAt(events, end('2026-01-18')))).toEqual({ key: 'first_purchase', swiss: 'at_risk', other: 'first_purchase' });
    // What it was stays what it was, although the customer is in the segment no more.
    const { rows } = await inputsOf({ sources: { rows: lifecycle } } as unknown as AnyAnalysis, events, end('2026-01-18'));
    const { periods } = (rows as { _id: string; periods: { stage: string }[] }[]).find(({ _id }) => _id === 'key')!;
    expect(periods.map(({ stage }) => stage)).toEqual(['prospect', 'first_purchase', 'at_risk', 'first_purchase']);
  });
});

describe('Cohorts', () => {
  it('tell by the month of the first purchase who came again, months without any too', async () => {
    const events = history(...publishedPolicies, ['2026-01-05', bought('a', 'p1', 100)], ['2026-01-09', bought('b', 'p2', 50)], ['2026-03-01', bought('a', 'p3', 70)], ['2026-03-02', bought('a', 'p4', 30)], ['2026-02-01', bought('c', 'p5', 10)]);
    const { rows } = await findingsOf(cohorts, events, end('2026-03-15'));
    expect(rows.map(({ cohort, month, customers, active, revenue }) => [cohort, month, customers, active, revenue])).toEqual([
      ['2026-01', 0, 2, 2, 150], ['2026-01', 1, 2, 0, 0], ['2026-01', 2, 2, 1, 100], ['2026-02', 0, 1, 1, 10], ['2026-02', 1, 1, 0, 0],
    ]);
  });
});

describe('The cost of leaving', () => {
  const cost = { amount: 5_000, currency: 'EUR' };
  const facts = { bindingId: 'b1', customerId: 'c1', kind: 'contract' as const, cost, source: 'Contract 7' };
  const added = event(BindingFactorAdded, { ...facts, until: '2026-06-30T00:00:00.000Z' });

  it('is recorded by what binds, until it binds no longer', () => {
    given(Binding, []).when(addBindingFactor, { ...facts, until: '2026-06-30T00:00:00Z' }).then([added]);
    given(Binding, []).when(addBindingFactor, { ...facts, cost: { amount: -1, currency: 'EUR' } }).thenRejected('exit-cost-below-zero');
    given(Binding, [added]).when(addBindingFactor, facts).thenRejected('binding-already-known');
    given(Binding, []).when(removeBindingFactor, { bindingId: 'b1', reason: 'Ended' }).thenRejected('binding-not-found');
    given(Binding, [added]).when(removeBindingFactor, { bindingId: 'b1', reason: 'Ended' }).then([event(BindingFactorRemoved, { bindingId: 'b1', customerId: 'c1', reason: 'Ended' })]);
  });

  it('is the sum of what binds at the moment, by currency and stage', async () => {
    const events = [...history(...publishedPolicies, ['2026-01-01', registered('c1')], ['2026-01-02', added], ['2026-01-03', event(BindingFactorAdded, { ...facts, bindingId: 'b2', kind: 'prepaid', cost: { amount: 700, currency: 'EUR' } })])];
    const at = async (day: string, more: RecordedEvent[] = []) => (await findingsOf(exitCost, [...events, ...more], end(day))).rows.map((row) => [row['currency'], row['exitCost'], row['stage']]);
    expect(await at('2026-02-01')).toEqual([['EUR', 5_700, 'prospect']]);
    expect(await at('2026-07-01')).toEqual([['EUR', 700, 'prospect']]);
    const removed = recorded(event(BindingFactorRemoved, { bindingId: 'b2', customerId: 'c1', reason: 'Read' }), { position: 90, occurredAt: '2026-07-02T10:00:00.000Z' });
    expect(await at('2026-07-03', [removed])).toEqual([]);
  });
});
