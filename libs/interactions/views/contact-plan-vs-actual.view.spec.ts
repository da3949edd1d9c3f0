import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { ContactCancelled, ContactMade, ContactOutcomeRecorded, ContactPlanned, ContactRescheduled } from '../domain/contact-plan.js';
import { contactPlanVsActual, type ContactPlanAnswer, type ContactPlanRow, type PlanAdherence } from './contact-plan-vs-actual.view.js';

const contactplanId = 'p1';
const of = { contactplanId, customerId: 'sugar' };
const plannedFor = '2026-01-12T01:00:00.000Z';
const planned = event(ContactPlanned, { ...of, plannedFor, channel: 'visit', assignee: 'zhang', purpose: 'show the press' });
const row: ContactPlanRow = {
  customerId: 'sugar', assignee: 'zhang', status: 'planned', planned: { for: plannedFor, channel: 'visit', purpose: 'show the press' },
  firstPlannedFor: plannedFor, timesRescheduled: 0,
};
const answered = (plan: ContactPlanRow, now: string) => contactPlanVsActual.computation!.compute(plan, now, undefined);

describe('a planned contact beside the real one', () => {
  it('is what was planned at first', () => given(contactPlanVsActual, [planned]).then(contactplanId, row));

  it('keeps the first time when it is moved', () =>
    given(contactPlanVsActual, [planned, event(ContactRescheduled, { ...of, formerPlannedFor: plannedFor, plannedFor: '2026-01-13T01:00:00.000Z' })])
      .then(contactplanId, { ...row, planned: { ...row.planned, for: '2026-01-13T01:00:00.000Z' }, timesRescheduled: 1 }));

  it('tells why it was cancelled', () =>
    given(contactPlanVsActual, [planned, event(ContactCancelled, { ...of, plannedFor, reason: 'flood' })])
      .then(contactplanId, { ...row, status: 'cancelled', cancelledBecause: 'flood' }));

  it('shows what was really done, how late, and what came of it', () => {
    const made = recorded(event(ContactMade, { ...of, plannedFor, channel: 'phone', interactionId: 'call-1' }), { position: 2, occurredAt: '2026-01-12T02:30:00.000Z' });
    const actual: ContactPlanRow = { ...row, status: 'made', made: { at: '2026-01-12T02:30:00.000Z', channel: 'phone', interactionId: 'call-1' }, minutesLate: 90 };
    given(contactPlanVsActual, [planned, made]).then(contactplanId, actual);
    const reached = event(ContactOutcomeRecorded, { ...of, outcome: 'goal-partly-reached', note: 'ordered one' });
    given(contactPlanVsActual, [planned, made, reached]).then(contactplanId, { ...actual, outcome: 'goal-partly-reached', outcomeNote: 'ordered one' });
    given(contactPlanVsActual, [planned, made, reached, event(ContactOutcomeRecorded, { ...of, outcome: 'goal-reached' })])
      .then(contactplanId, { ...actual, outcome: 'goal-reached' });
  });

  it('is overdue when its moment has passed and it is still planned', () => {
    expect(answered(row, '2026-01-12T00:59:59.999Z').overdue).toBe(false);
    expect(answered(row, '2026-01-12T01:00:00.001Z').overdue).toBe(true);
    expect(answered({ ...row, status: 'made' }, '2026-02-01T00:00:00.000Z').overdue).toBe(false);
    expect(answered({ ...row, status: 'cancelled' }, '2026-02-01T00:00:00.000Z').overdue).toBe(false);
  });

  it('is counted for its assignee', async () => {
    async function* rows(): AsyncGenerator<ContactPlanAnswer> {
      yield { ...row, overdue: true };
      yield { ...row, status: 'made', made: { at: plannedFor, channel: 'phone' }, timesRescheduled: 2, outcome: 'goal-reached', overdue: false };
      yield { ...row, status: 'cancelled', assignee: 'li', overdue: false };
      const { assignee: _, ...nobodys } = row;
      yield { ...nobodys, overdue: false };
    }
    const counted = await contactPlanVsActual.reports.get('adherence')!.run(rows(), plannedFor, undefined) as PlanAdherence[];
    const nothing = { made: 0, cancelled: 0, overdue: 0, otherChannel: 0, rescheduled: 0, goalReached: 0 };
    expect(counted).toEqual([
      { ...nothing, assignee: 'li', planned: 1, cancelled: 1 },
      { ...nothing, assignee: 'nobody', planned: 1 },
      { assignee: 'zhang', planned: 2, made: 1, cancelled: 0, overdue: 1, otherChannel: 1, rescheduled: 1, goalReached: 1 },
    ]);
  });
});
