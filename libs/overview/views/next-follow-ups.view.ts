import { view } from '#event-sourcing';
import { FollowUpCancelled, FollowUpDone, FollowUpScheduled, InteractionAttributed } from '#interactions';
import { type OpenFollowUp } from '../domain/follow-ups.js';

export interface NextFollowUpRow extends OpenFollowUp {
  customerId: string;
  scheduledAt: string;
  scheduledBy: string;
}

/** The row with `overdue`: the day on which it was to be done has passed (UTC). */
export interface NextFollowUp extends NextFollowUpRow {
  overdue: boolean;
}

export const nextFollowUps = view<NextFollowUpRow>('next_follow_ups', {
  version: 1,
  summary: 'The follow-ups that are open, the next first with `{ followUpOn: 1 }`.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: ['purpose'],
  record: 'customerId',
  indexes: [{ followUpOn: 1 }, { assignee: 1, followUpOn: 1 }, { customerId: 1, followUpOn: 1 }],
})
  .key(({ data }) => data.interactionId)
  .on(FollowUpScheduled, (_, { data: { formerFollowUpOn: __, ...followUp }, occurredAt, metadata }) => ({
    ...followUp, scheduledAt: occurredAt, scheduledBy: metadata.actor,
  }))
  .on(InteractionAttributed, (row, { data: { customerId } }) => row && { ...row, customerId })
  .on(FollowUpDone, () => undefined)
  .on(FollowUpCancelled, () => undefined)
  .computed({
    fields: ['overdue'],
    compute: (row, now): NextFollowUp => ({ ...row, overdue: row.followUpOn < now.slice(0, 10) }),
  });
