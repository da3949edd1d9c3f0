import { describe, expect, it } from '@jest/globals';
import { event, type NewEvent, type RecordedEvent } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { CustomerDeactivated, CustomerReactivated, CustomerRegistered } from '#customers';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from '#purchases';
import { defaultLifecyclePolicy } from '../commands/default-policies.js';
import { LifecyclePolicyPublished } from '../domain/policies.js';
import { answersOf, readerOf, reportOf } from '../testing/answers.js';
import { lifecycle } from './lifecycle.view.js';
import { policies } from './policies.view.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const on = (date: string) => `${date}T10:00:00.000Z`;
const id = (position: number) => `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`;

let position = 0;
const at = (date: string, made: NewEvent): RecordedEvent =>
  recorded(made, { position: ++position, occurredAt: on(date) });
const history = (...steps: (() => RecordedEvent)[]): RecordedEvent[] => {
  position = 0;
  return steps.map((step) => step());
};

const registered = (date: string, customerId = 'c1') => () =>
  at(date, event(CustomerRegistered, { customerId, kind: 'person', name: 'Ada', status: 'prospect' }));
const bought = (date: string, purchaseId: string, customerId = 'c1') => () =>
  at(date, event(PurchaseRecorded, { purchaseId, customerId, amount: eur(1000) }));
const returned = (date: string, purchaseId: string, purchasedOn: string, whole = true) => () =>
  at(date, event(PurchaseReturned, { purchaseId, customerId: 'c1', purchasedAt: on(purchasedOn), amount: eur(whole ? 1000 : 10), whole }));
const corrected = (date: string, purchaseId: string, from: { customerId: string; on: string }, to: { customerId: string; on: string }) => () =>
  at(date, event(PurchaseCorrected, {
    purchaseId, customerId: to.customerId, returned: eur(0), reason: 'typing error',
    from: { customerId: from.customerId, purchasedAt: on(from.on), amount: eur(1000) },
    to: { customerId: to.customerId, purchasedAt: on(to.on), amount: eur(1000) },
  }));

const published = given(policies, [event(LifecyclePolicyPublished, { version: 1, effectiveFrom: '1970-01-01T00:00:00.000Z', rules: defaultLifecyclePolicy.rules })]).rows();
const reader = readerOf({ policies: published });

async function answer(events: RecordedEvent[], date: string, customerId = 'c1') {
  return (await answersOf(lifecycle, given(lifecycle, events).rows(), on(date), reader)).get(customerId);
}

describe('The life-cycle view', () => {
  it('answers with stage, rule, policy version and the events behind it', async () => {
    const found = await answer(history(registered('2026-01-01'), bought('2026-01-10', 'p1'), bought('2026-02-10', 'p2')), '2026-02-11');
    expect(found).toMatchObject({
      customerId: 'c1', stage: 'developing', since: on('2026-02-10'), rule: 'developing', policyVersion: 1,
      evidence: [id(2), id(3)], previousStage: 'first_purchase',
      transitions: [
        { from: 'prospect', to: 'first_purchase', at: on('2026-01-10') },
        { from: 'first_purchase', to: 'developing', at: on('2026-02-10') },
      ],
    });
    expect(found?.periods.map(({ stage }) => stage)).toEqual(['prospect', 'first_purchase', 'developing']);
  });

  it('moves on with time alone: no event is needed', async () => {
    const events = history(registered('2026-01-01'), bought('2026-01-10', 'p1'));
    expect((await answer(events, '2026-04-09'))?.stage).toBe('first_purchase');
    expect((await answer(events, '2026-04-10'))?.stage).toBe('at_risk');
  });

  it('forgets a day whose only purchase was wholly returned', async () => {
    const events = history(registered('2026-01-01'), bought('2026-01-10', 'p1'), bought('2026-01-20', 'p2'), returned('2026-01-25', 'p2', '2026-01-20'));
    expect(await answer(events, '2026-01-26')).toMatchObject({ stage: 'first_purchase', evidence: [id(2)] });
  });

  it('keeps a day after a part of it was returned, or on which something else was bought', async () => {
    const part = history(registered('2026-01-01'), bought('2026-01-10', 'p1'), returned('2026-01-11', 'p1', '2026-01-10', false));
    expect((await answer(part, '2026-01-12'))?.stage).toBe('first_purchase');
    const other = history(registered('2026-01-01'), bought('2026-01-10', 'p1'), bought('2026-01-10', 'p2'), returned('2026-01-11', 'p1', '2026-01-10'));
    expect(await answer(other, '2026-01-12')).toMatchObject({ stage: 'first_purchase', evidence: [id(3)] });
  });

  it('takes a purchase to its rightful customer and day', async () => {
    const events = history(
      registered('2026-01-01'), registered('2026-01-01', 'c2'), bought('2026-01-10', 'p1'),
      corrected('2026-01-12', 'p1', { customerId: 'c1', on: '2026-01-10' }, { customerId: 'c2', on: '2026-01-09' }),
    );
    expect((await answer(events, '2026-01-13'))?.stage).toBe('prospect');
    expect(await answer(events, '2026-01-13', 'c2')).toMatchObject({ stage: 'first_purchase', since: on('2026-01-09'), evidence: [id(4)] });
  });

  it('is the same whether facts come in order or later', async () => {
    const inOrder = given(lifecycle, history(registered('2026-01-01'), bought('2026-01-10', 'p1'), bought('2026-01-20', 'p2'))).rows().get('c1')!;
    const late = given(lifecycle, history(bought('2026-01-20', 'p2'), bought('2026-01-10', 'p1'), registered('2026-01-01'))).rows().get('c1')!;
    const days = ({ days: all }: typeof late) => all.map(({ day, count }) => [day, count]);
    expect(days(late)).toEqual(days(inOrder));
    expect(late.registered?.at).toBe(inOrder.registered?.at);
  });

  it('has lost who was deactivated, until reactivated', async () => {
    const events = history(
      registered('2026-01-01'), bought('2026-01-10', 'p1'),
      () => at('2026-01-15', event(CustomerDeactivated, { customerId: 'c1', reason: 'closed' })),
      () => at('2026-01-20', event(CustomerReactivated, { customerId: 'c1', status: 'active', reason: 'open again' })),
    );
    expect(await answer(events, '2026-01-16')).toMatchObject({ stage: 'lost', rule: 'deactivated', evidence: [id(3)] });
    expect((await answer(events, '2026-01-21'))?.stage).toBe('first_purchase');
  });

  it('answers with no stage where no policy is published', async () => {
    const rows = given(lifecycle, history(registered('2026-01-01'))).rows();
    const [found] = (await answersOf(lifecycle, rows, on('2026-01-02'), readerOf({}))).values();
    expect(found).toMatchObject({ stage: null, policyVersion: null, evidence: [], periods: [] });
  });

  it('has no row for a purchase that went back and a customer that nobody registered', () => {
    const events = history(bought('2026-01-10', 'p1'), returned('2026-01-11', 'p1', '2026-01-10'));
    given(lifecycle, events).then('c1', undefined);
  });

  it('reports customers by stage, by month, and their moves', async () => {
    const rows = given(lifecycle, history(registered('2026-01-01'), registered('2026-01-02', 'c2'), bought('2026-02-10', 'p1'))).rows();
    const report = (name: string) => reportOf(lifecycle, name, rows, on('2026-03-01'), reader);
    expect(await report('stage_counts')).toMatchObject({ customers: 2, counts: { prospect: 1, first_purchase: 1, lost: 0 } });
    expect(await report('stage_counts_by_month')).toMatchObject([
      { month: '2026-01', customers: 2, counts: { prospect: 2, first_purchase: 0 } },
      { month: '2026-02', customers: 2, counts: { prospect: 1, first_purchase: 1 } },
    ]);
    expect(await report('transition_matrix')).toMatchObject({ counts: { prospect: { first_purchase: 1 } }, probabilities: { prospect: { first_purchase: 1 } } });
  });
});
