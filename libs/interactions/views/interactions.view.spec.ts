import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import {
  FollowUpCancelled, FollowUpDone, FollowUpScheduled, InteractionAttributed, InteractionCorrected, InteractionRecorded,
  TouchpointExperienceRated, type InteractionFacts,
} from '../domain/interaction.js';
import { interactionsView, type InteractionRow } from './interactions.view.js';

const MONDAY = '2026-01-05T12:00:00.000Z';
const FRIDAY = '2026-01-02T09:00:00.000Z';
const interactionId = 'call-1';
const of = { interactionId, customerId: 'li' };
const call = recorded(event(InteractionRecorded, { ...of, channel: 'phone', direction: 'inbound', summary: 'asks', sentiment: 1, materials: ['price list'] }), {
  position: 1, occurredAt: FRIDAY, recordedAt: MONDAY,
});
const facts: InteractionFacts = { channel: 'phone', direction: 'inbound', heldAt: FRIDAY, sentiment: 1 };
const row: InteractionRow = {
  ...facts, customerId: 'li', summary: 'asks', materials: ['price list'], recordedBy: 'tester', recordedAt: MONDAY, corrections: [], attributions: [],
};
const id = (position: number) => `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`;

describe('an interaction', () => {
  it('stands at the time when it took place', () => given(interactionsView, [call]).then(interactionId, row));

  it('stands as it was corrected, and keeps what it was before and why', () => {
    const corrected = event(InteractionCorrected, {
      ...of, reason: 'heard the tape', fields: ['channel', 'sentiment', 'summary'], former: facts,
      facts: { channel: 'web', direction: 'inbound', heldAt: FRIDAY }, formerSummary: 'asks', summary: 'complains',
    });
    const { sentiment: _, ...rest } = row;
    given(interactionsView, [call, recorded(corrected, { position: 2 })]).then(interactionId, {
      ...rest, channel: 'web', summary: 'complains',
      corrections: [{
        eventId: id(2), correctedAt: MONDAY, correctedBy: 'tester', reason: 'heard the tape', fields: ['channel', 'sentiment', 'summary'], former: facts, formerSummary: 'asks',
      }],
    });
  });

  it('is the customer\'s to whom it was attributed, and keeps whose it was', () =>
    given(interactionsView, [
      call,
      recorded(event(InteractionAttributed, { interactionId, customerId: 'lin', formerCustomerId: 'li', facts, summary: 'asks', reason: 'same name' }), { position: 2 }),
    ]).then(interactionId, {
      ...row, customerId: 'lin',
      attributions: [{ eventId: id(2), attributedAt: MONDAY, attributedBy: 'tester', reason: 'same name', formerCustomerId: 'li' }],
    }));

  it('shows its follow-up and what became of it', () => {
    const scheduled = event(FollowUpScheduled, { ...of, followUpOn: '2026-01-12', assignee: 'zhang' });
    const moved = event(FollowUpScheduled, { ...of, followUpOn: '2026-01-19', formerFollowUpOn: '2026-01-12' });
    const followUp = { followUpOn: '2026-01-12', assignee: 'zhang' };
    given(interactionsView, [call, scheduled]).then(interactionId, { ...row, followUp: { ...followUp, status: 'open' } });
    given(interactionsView, [call, scheduled, moved]).then(interactionId, { ...row, followUp: { followUpOn: '2026-01-19', status: 'open' } });
    given(interactionsView, [call, scheduled, event(FollowUpDone, { ...of, followUpOn: '2026-01-12', doneInInteractionId: 'call-2' })])
      .then(interactionId, { ...row, followUp: { ...followUp, status: 'done', doneInInteractionId: 'call-2' } });
    given(interactionsView, [call, scheduled, event(FollowUpCancelled, { ...of, followUpOn: '2026-01-12', reason: 'no' })])
      .then(interactionId, { ...row, followUp: { ...followUp, status: 'cancelled' } });
  });

  it('shows the last rating', () => {
    const bad = event(TouchpointExperienceRated, { ...of, channel: 'phone', rating: -2, comment: 'waited' });
    given(interactionsView, [call, bad]).then(interactionId, { ...row, rating: -2, comment: 'waited' });
    given(interactionsView, [call, bad, event(TouchpointExperienceRated, { ...of, channel: 'phone', rating: 1, formerRating: -2 })])
      .then(interactionId, { ...row, rating: 1 });
  });
});
