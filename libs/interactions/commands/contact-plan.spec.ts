import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { ContactCancelled, ContactMade, ContactOutcomeRecorded, ContactPlan, ContactPlanned, ContactRescheduled } from '../domain/contact-plan.js';
import { cancelContact, planContact, recordContactMade, recordContactOutcome, rescheduleContact } from './contact-plan.js';

const contactplanId = 'p1';
const of = { contactplanId, customerId: 'sugar' };
const plannedFor = '2026-01-12T01:00:00.000Z';
const planned = event(ContactPlanned, { ...of, plannedFor, channel: 'visit', contactId: 'wang', assignee: 'zhang', place: 'Nanning', purpose: 'show the press' });
const cancelled = event(ContactCancelled, { ...of, plannedFor, reason: 'flood' });
const made = event(ContactMade, { ...of, plannedFor, channel: 'phone', contactId: 'wang', interactionId: 'call-1' });
const plan = given(ContactPlan, [planned]);
const nothing = given(ContactPlan, []);

describe('a planned contact', () => {
  it('has its time in UTC', () =>
    nothing.when(planContact, {
      ...of, plannedFor: '2026-01-12T09:00:00+08:00', channel: 'visit', contactId: 'wang', assignee: 'zhang', place: 'Nanning', purpose: 'show the press',
    }).then([planned]));

  it('is planned once', () =>
    plan.when(planContact, { ...of, plannedFor, channel: 'visit', purpose: 'again' }).thenRejected('contact-already-planned'));

  it('is moved, and the event tells the former time', () => {
    plan.when(rescheduleContact, { contactplanId, plannedFor: '2026-01-13T01:00:00Z', reason: 'flood' })
      .then([event(ContactRescheduled, { ...of, formerPlannedFor: plannedFor, plannedFor: '2026-01-13T01:00:00.000Z', reason: 'flood' })]);
    plan.when(rescheduleContact, { contactplanId, plannedFor: '2026-01-12T09:00:00+08:00' }).then([]);
  });

  it('is cancelled once', () => {
    plan.when(cancelContact, { contactplanId, reason: 'flood' }).then([cancelled]);
    given(ContactPlan, [planned, cancelled]).when(cancelContact, { contactplanId, reason: 'flood' }).then([]);
  });

  it('is made as planned, where nothing else is said', () => {
    plan.when(recordContactMade, { contactplanId }).then([event(ContactMade, { ...of, plannedFor, channel: 'visit', contactId: 'wang' })]);
    plan.when(recordContactMade, { contactplanId, channel: 'phone', interactionId: 'call-1' }).then([made]);
  });

  it('is not moved, cancelled or made after it was made', () => {
    const past = given(ContactPlan, [planned, made]);
    past.when(rescheduleContact, { contactplanId, plannedFor }).thenRejected('contact-already-made');
    past.when(cancelContact, { contactplanId, reason: 'flood' }).thenRejected('contact-already-made');
    past.when(recordContactMade, { contactplanId }).thenRejected('contact-already-made');
  });

  it('is not moved or made after it was cancelled', () => {
    given(ContactPlan, [planned, cancelled]).when(rescheduleContact, { contactplanId, plannedFor }).thenRejected('contact-already-cancelled');
    given(ContactPlan, [planned, cancelled]).when(recordContactMade, { contactplanId }).thenRejected('contact-already-cancelled');
  });

  it('must have been planned', () => {
    nothing.when(rescheduleContact, { contactplanId, plannedFor }).thenRejected('contact-plan-not-found');
    nothing.when(cancelContact, { contactplanId, reason: 'flood' }).thenRejected('contact-plan-not-found');
    nothing.when(recordContactMade, { contactplanId }).thenRejected('contact-plan-not-found');
    nothing.when(recordContactOutcome, { contactplanId, outcome: 'goal-missed' }).thenRejected('contact-plan-not-found');
  });
});

describe('the outcome of a contact', () => {
  const reached = event(ContactOutcomeRecorded, { ...of, outcome: 'goal-reached', note: 'ordered two' });

  it('is recorded once it was made, and again where it turns out otherwise', () => {
    given(ContactPlan, [planned, made]).when(recordContactOutcome, { contactplanId, outcome: 'goal-reached', note: 'ordered two' }).then([reached]);
    given(ContactPlan, [planned, made, reached]).when(recordContactOutcome, { contactplanId, outcome: 'goal-reached', note: 'ordered two' }).then([]);
    given(ContactPlan, [planned, made, reached]).when(recordContactOutcome, { contactplanId, outcome: 'goal-missed' })
      .then([event(ContactOutcomeRecorded, { ...of, outcome: 'goal-missed' })]);
  });

  it('is refused before', () => {
    plan.when(recordContactOutcome, { contactplanId, outcome: 'goal-reached' }).thenRejected('contact-not-made');
    given(ContactPlan, [planned, cancelled]).when(recordContactOutcome, { contactplanId, outcome: 'goal-reached' }).thenRejected('contact-not-made');
  });
});
