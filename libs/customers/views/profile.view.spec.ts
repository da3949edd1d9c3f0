import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import {
  DemographicsRecorded, HabitObserved, OrganisationProfileRecorded, PreferenceObserved, ProductEvaluationRecorded, ProductInUseRecorded,
  ProductUseEnded, PsychographicsRecorded,
} from '../domain/profile.js';
import { preferenceProfile } from './preference-profile.view.js';
import { profileFacts, type ProfileRow } from './profile-facts.view.js';

const customerId = 'li';
const JUNE = '2025-06-01T00:00:00.000Z';
const JULY = '2025-07-01T00:00:00.000Z';
const id = (position: number) => `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`;
const nothing: ProfileRow = { demographics: {}, psychographics: {}, organisation: {}, productsInUse: [], evaluations: [] };

describe('the profile facts of a customer', () => {
  const teacher = recorded(event(DemographicsRecorded, { customerId, facts: { occupation: 'teacher', children: 1 } }), { position: 1, occurredAt: JULY });

  it('name the event behind each', () =>
    given(profileFacts, [
      teacher,
      recorded(event(PsychographicsRecorded, { customerId, facts: { interests: ['tea'] } }), { position: 2, occurredAt: JULY }),
      recorded(event(OrganisationProfileRecorded, { customerId, facts: { industry: 'sugar' } }), { position: 3, occurredAt: JULY }),
    ]).then(customerId, {
      ...nothing,
      demographics: { occupation: { value: 'teacher', since: JULY, eventId: id(1) }, children: { value: 1, since: JULY, eventId: id(1) } },
      psychographics: { interests: { value: ['tea'], since: JULY, eventId: id(2) } },
      organisation: { industry: { value: 'sugar', since: JULY, eventId: id(3) } },
    }));

  it('are replaced one by one, and forgotten with null', () =>
    given(profileFacts, [
      teacher, recorded(event(DemographicsRecorded, { customerId, facts: { children: 2, occupation: null } }), { position: 2, occurredAt: JULY }),
    ]).then(customerId, { ...nothing, demographics: { children: { value: 2, since: JULY, eventId: id(2) } } }));

  it('are not replaced by an older one that was sent in late', () =>
    given(profileFacts, [
      teacher, recorded(event(DemographicsRecorded, { customerId, facts: { children: 0, gender: 'female', occupation: null } }), { position: 2, occurredAt: JUNE }),
    ]).then(customerId, {
      ...nothing,
      demographics: {
        occupation: { value: 'teacher', since: JULY, eventId: id(1) },
        children: { value: 1, since: JULY, eventId: id(1) },
        gender: { value: 'female', since: JUNE, eventId: id(2) },
      },
    }));

  it('survive the facts of an erased person', () =>
    given(profileFacts, [{ ...teacher, data: { customerId, facts: null } }]).then(customerId, nothing));

  it('show the products in use', () => {
    const press = recorded(event(ProductInUseRecorded, { customerId, product: 'Press P7', quantity: 2 }), { position: 1 });
    const more = recorded(event(ProductInUseRecorded, { customerId, product: 'Press P7', quantity: 3 }), { position: 2 });
    const ended = recorded(event(ProductUseEnded, { customerId, product: 'Press P7' }), { position: 3 });
    given(profileFacts, [press, more]).then(customerId, { ...nothing, productsInUse: [{ product: 'Press P7', quantity: 3, eventId: id(2) }] });
    given(profileFacts, [press, ended]).then(customerId, nothing);
  });

  it('show the latest evaluation of each product in business time', () => {
    const good = recorded(event(ProductEvaluationRecorded, { customerId, product: 'Press', rating: 2, comment: 'never stops' }), { position: 1, occurredAt: JULY });
    const late = recorded(event(ProductEvaluationRecorded, { customerId, product: 'Press', rating: -1 }), { position: 2, occurredAt: JUNE });
    const newer = recorded(event(ProductEvaluationRecorded, { customerId, product: 'Press', rating: 0 }), { position: 3, occurredAt: JULY });
    given(profileFacts, [good, late]).then(customerId, {
      ...nothing, evaluations: [{ product: 'Press', rating: 2, comment: 'never stops', evaluatedAt: JULY, eventId: id(1) }],
    });
    given(profileFacts, [good, newer]).then(customerId, { ...nothing, evaluations: [{ product: 'Press', rating: 0, evaluatedAt: JULY, eventId: id(3) }] });
  });
});

describe('the preference profile of a customer', () => {
  const morning = event(PreferenceObserved, { customerId, subject: 'delivery-time', preference: 'before noon' });
  const evening = event(PreferenceObserved, { customerId, subject: 'delivery-time', preference: 'after six' });
  const monthly = event(HabitObserved, { customerId, subject: 'ordering', habit: 'monthly' });

  it('counts how often each was observed, between when and when in business time', () =>
    given(preferenceProfile, [
      recorded(morning, { position: 1, occurredAt: JULY }),
      recorded(evening, { position: 2, occurredAt: JULY }),
      recorded(morning, { position: 3, occurredAt: JUNE }),
    ]).then(customerId, {
      preferences: [
        { subject: 'delivery-time', text: 'before noon', times: 2, firstObservedAt: JUNE, lastObservedAt: JULY, lastEventId: id(1) },
        { subject: 'delivery-time', text: 'after six', times: 1, firstObservedAt: JULY, lastObservedAt: JULY, lastEventId: id(2) },
      ],
      habits: [],
    }));

  it('names the last event for a habit', () =>
    given(preferenceProfile, [recorded(monthly, { position: 1, occurredAt: JUNE }), recorded(monthly, { position: 2, occurredAt: JULY })]).then(customerId, {
      preferences: [], habits: [{ subject: 'ordering', text: 'monthly', times: 2, firstObservedAt: JUNE, lastObservedAt: JULY, lastEventId: id(2) }],
    }));
});
