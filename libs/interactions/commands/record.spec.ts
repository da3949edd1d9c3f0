import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { FollowUpScheduled, Interaction, InteractionAttributed, InteractionCorrected, InteractionRecorded, TouchpointExperienceRated, type InteractionFacts } from '../domain/interaction.js';
import { attributeInteraction, correctInteraction, recordInteraction } from './record.js';

const NOON = '2026-01-05T12:00:00.000Z';
const interactionId = 'call-1';
const of = { interactionId, customerId: 'li' };
const call = { ...of, channel: 'phone' as const, direction: 'inbound' as const, summary: 'asks for a price' };
const recorded = event(InteractionRecorded, { ...call, contactId: 'wang', sentiment: 1 });
const facts: InteractionFacts = { channel: 'phone', direction: 'inbound', heldAt: NOON, contactId: 'wang', sentiment: 1 };
const known = given(Interaction, [recorded]);
const nothing = given(Interaction, []);

describe('recording an interaction', () => {
  it('keeps what was said and done', () =>
    nothing.when(recordInteraction, { ...call, contactId: 'wang', sentiment: 1, occurredAt: '2026-01-04' }).then([recorded]));

  it('schedules the follow-up that was agreed', () =>
    nothing.when(recordInteraction, { ...call, materials: ['price list'], followUpOn: '2026-01-12' }).then([
      event(InteractionRecorded, { ...call, materials: ['price list'] }),
      event(FollowUpScheduled, { ...of, followUpOn: '2026-01-12' }),
    ]));

  it('is refused under an id that is taken', () => known.when(recordInteraction, call).thenRejected('interaction-already-recorded'));
});

describe('correcting an interaction', () => {
  const reason = 'listened to the tape';

  it('tells what was, what is, and why', () =>
    known.when(correctInteraction, { interactionId, reason, changes: { direction: 'outbound', sentiment: null, summary: 'complains about a price' } }).then([
      event(InteractionCorrected, {
        ...of, reason,
        fields: ['direction', 'sentiment', 'summary'],
        former: facts,
        facts: { channel: 'phone', direction: 'outbound', heldAt: NOON, contactId: 'wang' },
        formerSummary: 'asks for a price',
        summary: 'complains about a price',
      }),
    ]));

  it('moves it to the time when it really took place, in UTC', () =>
    known.when(correctInteraction, { interactionId, reason, changes: { heldAt: '2026-01-04T09:30:00+08:00' } }).then([
      event(InteractionCorrected, {
        ...of, reason, fields: ['heldAt'], former: facts, facts: { ...facts, heldAt: '2026-01-04T01:30:00.000Z' }, formerSummary: call.summary, summary: call.summary,
      }),
    ]));

  it('starts from the last correction', () => {
    const corrected = event(InteractionCorrected, {
      ...of, reason, fields: ['summary'], former: facts, facts, formerSummary: call.summary, summary: 'asks for a discount',
    });
    given(Interaction, [recorded, corrected]).when(correctInteraction, { interactionId, reason, changes: { summary: 'asks for a discount' } }).then([]);
    given(Interaction, [recorded, corrected]).when(correctInteraction, { interactionId, reason, changes: { summary: call.summary } }).then([
      event(InteractionCorrected, { ...of, reason, fields: ['summary'], former: facts, facts, formerSummary: 'asks for a discount', summary: call.summary }),
    ]);
  });

  it('changes nothing where everything was right', () => {
    known.when(correctInteraction, { interactionId, reason, changes: {} }).then([]);
    known.when(correctInteraction, { interactionId, reason, changes: { channel: 'phone', heldAt: NOON, durationSeconds: null } }).then([]);
  });

  it('is refused for a time to come, and for an interaction that is not recorded', () => {
    known.when(correctInteraction, { interactionId, reason, changes: { heldAt: '2026-01-05T12:00:01Z' } }).thenRejected('time-in-the-future');
    known.when(correctInteraction, { interactionId, reason, changes: { heldAt: '9999-12-31T23:59:59-10:00' } }).thenRejected('time-in-the-future');
    nothing.when(correctInteraction, { interactionId, reason, changes: { channel: 'fax' } }).thenRejected('interaction-not-found');
  });
});

describe('attributing an interaction to another customer', () => {
  const reason = 'two customers of one name';
  const { contactId: _, ...withoutContact } = facts;
  const attributed = event(InteractionAttributed, { interactionId, customerId: 'lin', formerCustomerId: 'li', facts: withoutContact, summary: call.summary, reason });

  it('tells both customers and what the new one needs; the contact person of the former one is dropped', () =>
    known.when(attributeInteraction, { interactionId, customerId: 'lin', reason }).then([attributed]));

  it('takes along the open follow-up, and can name a contact person', () =>
    given(Interaction, [recorded, event(FollowUpScheduled, { ...of, followUpOn: '2026-01-12' })])
      .when(attributeInteraction, { interactionId, customerId: 'lin', contactId: 'zhou', reason })
      .then([event(InteractionAttributed, {
        interactionId, customerId: 'lin', formerCustomerId: 'li', facts: { ...facts, contactId: 'zhou' }, summary: call.summary, followUpOn: '2026-01-12', reason,
      })]));

  it('takes along how it was rated, as a correction does', () => {
    const rated = given(Interaction, [recorded, event(TouchpointExperienceRated, { ...of, channel: 'phone', rating: 0 })]);
    rated.when(attributeInteraction, { interactionId, customerId: 'lin', reason }).then([
      event(InteractionAttributed, { interactionId, customerId: 'lin', formerCustomerId: 'li', facts: withoutContact, summary: call.summary, rating: 0, reason }),
    ]);
    rated.when(correctInteraction, { interactionId, reason, changes: { channel: 'fax' } }).then([
      event(InteractionCorrected, {
        ...of, reason, fields: ['channel'], former: facts, facts: { ...facts, channel: 'fax' }, formerSummary: call.summary, summary: call.summary, rating: 0,
      }),
    ]);
  });

  it('changes nothing where it is that customer\'s already', () => {
    known.when(attributeInteraction, { interactionId, customerId: 'li', reason }).then([]);
    given(Interaction, [recorded, attributed]).when(attributeInteraction, { interactionId, customerId: 'lin', reason }).then([]);
  });

  it('makes later events those of the new customer', () =>
    given(Interaction, [recorded, attributed]).when(correctInteraction, { interactionId, reason, changes: { channel: 'fax' } }).then([
      event(InteractionCorrected, {
        interactionId, customerId: 'lin', reason, fields: ['channel'], former: withoutContact, facts: { ...withoutContact, channel: 'fax' },
        formerSummary: call.summary, summary: call.summary,
      }),
    ]));

  it('is refused where nothing is recorded', () =>
    nothing.when(attributeInteraction, { interactionId, customerId: 'lin', reason }).thenRejected('interaction-not-found'));
});
