import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { validateSync } from 'class-validator';
import { defaultLifecyclePolicy, defaultLoyaltyPolicy, defaultPolicies } from '../commands/default-policies.js';
import { publishLifecyclePolicy } from '../commands/publish-lifecycle-policy.js';
import { publishLoyaltyPolicy } from '../commands/publish-loyalty-policy.js';
import { policies } from '../views/policies.view.js';
import { LifecyclePolicy, LifecyclePolicyPublished, LoyaltyPolicy, LoyaltyPolicyPublished } from './policies.js';

const NOON = '2026-01-05T12:00:00.000Z';
const { rules } = defaultLifecyclePolicy;
const lifecyclepolicyId = 'default';
const loyaltypolicyId = 'default';
const first = event(LifecyclePolicyPublished, { version: 1, effectiveFrom: '2020-01-01T00:00:00.000Z', rules });
const changed = { ...rules, wonBack: { forDays: 30 } };

describe('Publishing a life-cycle policy', () => {
  it('numbers its versions and applies from now on unless it says otherwise', () => {
    given(LifecyclePolicy, []).when(publishLifecyclePolicy, { lifecyclepolicyId, rules }).then([
      event(LifecyclePolicyPublished, { version: 1, effectiveFrom: NOON, rules }),
    ]);
    given(LifecyclePolicy, [first])
      .when(publishLifecyclePolicy, { lifecyclepolicyId, rules: changed, effectiveFrom: '2026-07-01T00:00:00+02:00', reason: 'summer' })
      .then([event(LifecyclePolicyPublished, { version: 2, effectiveFrom: '2026-06-30T22:00:00.000Z', rules: changed, reason: 'summer' })]);
  });

  it('makes no version that says what the newest says already', () => {
    given(LifecyclePolicy, [first]).when(publishLifecyclePolicy, { lifecyclepolicyId, rules }).then([]);
    given(LifecyclePolicy, [first]).when(publishLifecyclePolicy, { lifecyclepolicyId, rules, effectiveFrom: '2020-01-01T00:00:00.000Z' }).then([]);
  });

  it('refuses rules of which one could never apply', () => {
    const refused = (wrong: object, code: string) =>
      given(LifecyclePolicy, []).when(publishLifecyclePolicy, { lifecyclepolicyId, rules: { ...rules, ...wrong } }).thenRejected(code);
    refused({ loyal: { purchaseDays: 2, withinDays: 365 } }, 'loyal-not-above-developing');
    refused({ dormant: { afterDays: 90 } }, 'silence-not-ascending');
    refused({ lost: { afterDays: 180 } }, 'silence-not-ascending');
  });
});

describe('Publishing a loyalty policy', () => {
  const fixed = { currency: 'EUR', scores: 3, frequency: 'purchases', method: 'fixed' } as const;
  const boundaries = { recencyDays: [30, 90], frequency: [1, 3], monetary: [1000, 5000] };

  it('keeps the rules as they are', () => {
    given(LoyaltyPolicy, []).when(publishLoyaltyPolicy, { loyaltypolicyId, rules: { ...fixed, boundaries } }).then([
      event(LoyaltyPolicyPublished, { version: 1, effectiveFrom: NOON, rules: { ...fixed, boundaries } }),
    ]);
  });

  it('refuses boundaries that do not fit', () => {
    const refused = (wrong: object, code: string) =>
      given(LoyaltyPolicy, []).when(publishLoyaltyPolicy, { loyaltypolicyId, rules: { ...fixed, boundaries, ...wrong } }).thenRejected(code);
    refused({ boundaries: undefined }, 'boundaries-missing');
    refused({ method: 'quantiles' }, 'boundaries-not-wanted');
    refused({ scores: 5 }, 'boundaries-wrong-number');
    refused({ boundaries: { ...boundaries, monetary: [5000, 5000] } }, 'boundaries-not-ascending');
  });
});

describe('The default policies', () => {
  it('are commands that are valid and accepted', () => {
    for (const { command } of defaultPolicies()) expect(validateSync(command, { whitelist: true, forbidNonWhitelisted: true })).toEqual([]);
    const { error, events } = given(LifecyclePolicy, []).when(publishLifecyclePolicy, defaultLifecyclePolicy);
    expect([error, events.length]).toEqual([undefined, 1]);
    expect(given(LoyaltyPolicy, []).when(publishLoyaltyPolicy, defaultLoyaltyPolicy).events[0]?.data).toMatchObject({ version: 1, rules: { currency: 'USD', scores: 5 } });
  });
});

describe('The view of policies', () => {
  it('shows every version with the event that published it', () => {
    const rows = given(policies, [first, event(LifecyclePolicyPublished, { version: 2, effectiveFrom: NOON, rules: changed, reason: 'summer' })]).rows();
    expect([...rows.keys()]).toEqual(['lifecycle/1', 'lifecycle/2']);
    expect(rows.get('lifecycle/2')).toEqual({
      kind: 'lifecycle', version: 2, effectiveFrom: NOON, rules: changed, reason: 'summer',
      publishedBy: 'tester', recordedAt: NOON, eventId: '00000000-0000-4000-8000-000000000002',
    });
  });
});
