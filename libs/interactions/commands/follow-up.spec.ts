import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { FollowUpCancelled, FollowUpDone, FollowUpMissed, FollowUpScheduled, Interaction, InteractionRecorded } from '../domain/interaction.js';
import { cancelFollowUp, completeFollowUp, recordFollowUpMissed, scheduleFollowUp } from './follow-up.js';

const interactionId = 'call-1';
const of = { interactionId, customerId: 'li' };
const recorded = event(InteractionRecorded, { ...of, channel: 'phone', direction: 'inbound', summary: 'asks for a price' });
const scheduled = event(FollowUpScheduled, { ...of, followUpOn: '2026-01-12', purpose: 'send the offer' });
const plain = given(Interaction, [recorded]);
const open = given(Interaction, [recorded, scheduled]);

describe('a follow-up', () => {
  it('is scheduled, and once', () => {
    plain.when(scheduleFollowUp, { interactionId, followUpOn: '2026-01-12', purpose: 'send the offer' }).then([scheduled]);
    open.when(scheduleFollowUp, { interactionId, followUpOn: '2026-01-12', purpose: 'send the offer' }).then([]);
  });

  it('is replaced by another, and the event tells the former date', () =>
    open.when(scheduleFollowUp, { interactionId, followUpOn: '2026-01-19', assignee: 'zhang' })
      .then([event(FollowUpScheduled, { ...of, followUpOn: '2026-01-19', assignee: 'zhang', formerFollowUpOn: '2026-01-12' })]));

  it('is done in another interaction', () =>
    open.when(completeFollowUp, { interactionId, doneInInteractionId: 'call-2', note: 'offer sent' })
      .then([event(FollowUpDone, { ...of, followUpOn: '2026-01-12', doneInInteractionId: 'call-2', note: 'offer sent' })]));

  it('is cancelled with a reason', () =>
    open.when(cancelFollowUp, { interactionId, reason: 'bought elsewhere' })
      .then([event(FollowUpCancelled, { ...of, followUpOn: '2026-01-12', reason: 'bought elsewhere' })]));

  it('is missed once its day has passed, once, and stays open', () => {
    const missed = event(FollowUpMissed, { ...of, followUpOn: '2026-01-12' });
    const command = { interactionId, followUpOn: '2026-01-12' };
    open.when(recordFollowUpMissed, command, { now: '2026-01-13T00:00:00.000Z' }).then([missed]);
    open.when(recordFollowUpMissed, command, { now: '2026-01-12T23:59:59.000Z' }).thenRejected('follow-up-not-missed');
    open.when(recordFollowUpMissed, { interactionId, followUpOn: '2026-01-11' }).then([]);
    const after = given(Interaction, [recorded, scheduled, missed]);
    after.when(recordFollowUpMissed, command, { now: '2026-01-20T00:00:00.000Z' }).then([]);
    after.when(completeFollowUp, { interactionId }).then([event(FollowUpDone, { ...of, followUpOn: '2026-01-12' })]);
    after.when(scheduleFollowUp, command).then([event(FollowUpScheduled, { ...of, followUpOn: '2026-01-12', formerFollowUpOn: '2026-01-12' })]);
  });

  it('must be open to be done or cancelled', () => {
    const done = given(Interaction, [recorded, scheduled, event(FollowUpDone, { ...of, followUpOn: '2026-01-12' })]);
    const cancelled = given(Interaction, [recorded, scheduled, event(FollowUpCancelled, { ...of, followUpOn: '2026-01-12', reason: 'no' })]);
    for (const history of [plain, done, cancelled]) {
      history.when(completeFollowUp, { interactionId }).thenRejected('no-open-follow-up');
      history.when(cancelFollowUp, { interactionId, reason: 'no' }).thenRejected('no-open-follow-up');
    }
  });

  it('can be scheduled anew once the former one is done', () =>
    given(Interaction, [recorded, scheduled, event(FollowUpDone, { ...of, followUpOn: '2026-01-12' })])
      .when(scheduleFollowUp, { interactionId, followUpOn: '2026-01-12', purpose: 'send the offer' }).then([scheduled]));

  it('belongs to an interaction', () => {
    given(Interaction, []).when(scheduleFollowUp, { interactionId, followUpOn: '2026-01-12' }).thenRejected('interaction-not-found');
    given(Interaction, []).when(completeFollowUp, { interactionId }).thenRejected('interaction-not-found');
  });
});
