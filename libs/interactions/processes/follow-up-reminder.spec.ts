import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { SendMail } from '#delivery';
import { RecordFollowUpMissed } from '../commands/follow-up.js';
import { FollowUpDone, FollowUpScheduled, InteractionAttributed } from '../domain/interaction.js';
import { followUpReminder } from './follow-up-reminder.js';

const of = { interactionId: 'call-1', customerId: 'li' };
const scheduled = event(FollowUpScheduled, { ...of, followUpOn: '2026-01-12', purpose: 'send the offer' });
const open = given(followUpReminder).at('2026-01-05T09:00:00Z').events(scheduled);

describe('a follow-up whose day passes', () => {
  it('is missed when the day is over, and the firm is reminded, once', () => {
    const text = 'Nobody has come back to customer li on 2026-01-12.\n\nInteraction: call-1\nTo be done by: nobody\nPurpose: send the offer\n\nSend CompleteFollowUp once it is done, ScheduleFollowUp for another day, or CancelFollowUp.';
    open.thenDeadline('day-passed', '2026-01-13T00:00:00Z')
      .at('2026-01-12T23:59:59Z').thenNothing()
      .passes('1 second').thenCommands(
        [RecordFollowUpMissed, { interactionId: 'call-1', followUpOn: '2026-01-12' }],
        [SendMail, { customerId: 'li', reference: 'call-1', subject: 'Follow-up of 2026-01-12 was missed', text }],
      )
      .thenEnded().passes('1 year').thenNothing();
  });

  it('is not, where it was done', () => {
    open.when(event(FollowUpDone, { ...of, followUpOn: '2026-01-12' })).thenEnded().thenNoDeadline();
  });

  it('is that of the new day, where it was moved', () => {
    open.when(event(FollowUpScheduled, { ...of, followUpOn: '2026-01-20', formerFollowUpOn: '2026-01-12' })).thenDeadline('day-passed', '2026-01-21T00:00:00Z');
  });

  it('is told of the customer whose it is by then', () => {
    const facts = { channel: 'phone', direction: 'inbound', heldAt: '2026-01-05T09:00:00Z' } as const;
    open.when(event(InteractionAttributed, { interactionId: 'call-1', customerId: 'wang', formerCustomerId: 'li', facts, summary: 'x', reason: 'y' }))
      .thenState({ customerId: 'wang', followUpOn: '2026-01-12', purpose: 'send the offer' });
  });
});
