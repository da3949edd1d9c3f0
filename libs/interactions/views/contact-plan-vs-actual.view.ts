import { onRow, view } from '#event-sourcing';
import { type Channel } from '#customers';
import { ContactCancelled, ContactMade, ContactOutcomeRecorded, ContactPlanned, ContactRescheduled, type ContactOutcome } from '../domain/contact-plan.js';

export interface ContactPlanRow {
  customerId: string;
  assignee?: string;
  status: 'planned' | 'cancelled' | 'made';
  planned: { for: string; channel: Channel; contactId?: string; place?: string; purpose: string };
  /** What it was planned for at first. */
  firstPlannedFor: string;
  timesRescheduled: number;
  made?: { at: string; channel: Channel; contactId?: string; place?: string; interactionId?: string };
  /** From the planned moment to the real one; negative: it was early. */
  minutesLate?: number;
  cancelledBecause?: string;
  outcome?: ContactOutcome;
  outcomeNote?: string;
}

/** `overdue`: it is still planned, and the moment has passed. */
export type ContactPlanAnswer = ContactPlanRow & { overdue: boolean };

export interface PlanAdherence {
  assignee: string;
  planned: number;
  made: number;
  cancelled: number;
  overdue: number;
  /** Made on another channel than planned. */
  otherChannel: number;
  rescheduled: number;
  goalReached: number;
}

export const contactPlanVsActual = view<ContactPlanRow>('contact_plan_vs_actual', {
  version: 1,
  summary: 'Every planned contact beside what became of it.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: ['planned.purpose', 'planned.place', 'made.place', 'cancelledBecause', 'outcomeNote'],
  record: 'customerId',
  indexes: [{ customerId: 1, 'planned.for': -1 }, { assignee: 1, status: 1, 'planned.for': 1 }, { status: 1, 'planned.for': 1 }],
})
  .key((event) => event.data.contactplanId)
  .on(ContactPlanned, (_, { data: { contactplanId: __, customerId, assignee, plannedFor, ...how } }) => ({
    customerId,
    ...(assignee !== undefined && { assignee }),
    status: 'planned',
    planned: { for: plannedFor, ...how },
    firstPlannedFor: plannedFor,
    timesRescheduled: 0,
  }))
  .on(ContactRescheduled, onRow(({ planned, timesRescheduled }, { data: { plannedFor } }) => ({
    planned: { ...planned, for: plannedFor }, timesRescheduled: timesRescheduled + 1,
  })))
  .on(ContactCancelled, onRow((_, { data: { reason } }) => ({ status: 'cancelled', cancelledBecause: reason })))
  .on(ContactMade, onRow((_, { data: { contactplanId: __, customerId: ___, plannedFor, ...how }, occurredAt }) => ({
    status: 'made', made: { at: occurredAt, ...how }, minutesLate: minutesBetween(plannedFor, occurredAt),
  })))
  .on(ContactOutcomeRecorded, (row, { data: { outcome, note } }) => row && {
    ...withoutNote(row), outcome, ...(note !== undefined && { outcomeNote: note }),
  })
  .computed<ContactPlanAnswer, unknown>({
    fields: ['overdue'],
    compute: (row, now) => ({ ...row, overdue: row.status === 'planned' && row.planned.for < now }),
  })
  .report('adherence', {
    summary: 'For each assignee: contacts planned, made, cancelled and overdue, and how far they kept to the plan.',
    run: async (rows) => {
      const assignees = new Map<string, PlanAdherence>();
      for await (const row of rows) {
        const assignee = row.assignee ?? 'nobody';
        assignees.set(assignee, adherenceWith(assignees.get(assignee) ?? nothingPlanned(assignee), row));
      }
      return [...assignees.values()].sort((one, other) => (one.assignee < other.assignee ? -1 : 1));
    },
  });

const nothingPlanned = (assignee: string): PlanAdherence => ({
  assignee, planned: 0, made: 0, cancelled: 0, overdue: 0, otherChannel: 0, rescheduled: 0, goalReached: 0,
});

function adherenceWith(sum: PlanAdherence, row: ContactPlanAnswer): PlanAdherence {
  return {
    assignee: sum.assignee,
    planned: sum.planned + 1,
    made: sum.made + Number(row.status === 'made'),
    cancelled: sum.cancelled + Number(row.status === 'cancelled'),
    overdue: sum.overdue + Number(row.overdue),
    otherChannel: sum.otherChannel + Number(row.made !== undefined && row.made.channel !== row.planned.channel),
    rescheduled: sum.rescheduled + Number(row.timesRescheduled > 0),
    goalReached: sum.goalReached + Number(row.outcome === 'goal-reached'),
  };
}

function minutesBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
}

function withoutNote({ outcomeNote: _, ...row }: ContactPlanRow): ContactPlanRow {
  return row;
}
