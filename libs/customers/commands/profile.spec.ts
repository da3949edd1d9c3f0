import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { Customer, CustomerRegistered } from '../domain/customer.js';
import {
  DemographicsRecorded, HabitObserved, OrganisationProfileRecorded, PreferenceObserved, ProductEvaluationRecorded, ProductInUseRecorded,
  ProductUseEnded, PsychographicsRecorded,
} from '../domain/profile.js';
import { observeHabit, observePreference } from './observations.js';
import { endProductUse, recordProductEvaluation, recordProductInUse } from './products.js';
import { recordDemographics, recordOrganisationProfile, recordPsychographics } from './profile.js';

const customerId = 'c1';
const person = event(CustomerRegistered, { customerId, kind: 'person', name: 'Li Ming', status: 'active' });
const organisation = event(CustomerRegistered, { customerId, kind: 'organisation', name: 'Xinhua Sugar', status: 'active' });
const teacher = event(DemographicsRecorded, { customerId, facts: { occupation: 'teacher', children: 1 } });

describe('demographics', () => {
  it('are recorded of a person', () =>
    given(Customer, [person]).when(recordDemographics, { customerId, facts: { occupation: 'teacher', children: 1 } }).then([teacher]));

  it('are an event only where one of them is new', () => {
    const known = given(Customer, [person, teacher]);
    known.when(recordDemographics, { customerId, facts: { occupation: 'teacher' } }).then([]);
    known.when(recordDemographics, { customerId, facts: {} }).then([]);
    known.when(recordDemographics, { customerId, facts: { gender: null } }).then([]);
    known.when(recordDemographics, { customerId, facts: { children: 2 } }).then([event(DemographicsRecorded, { customerId, facts: { children: 2 } })]);
  });

  it('are forgotten with null', () => {
    const forgotten = event(DemographicsRecorded, { customerId, facts: { occupation: null } });
    given(Customer, [person, teacher]).when(recordDemographics, { customerId, facts: { occupation: null } }).then([forgotten]);
    given(Customer, [person, teacher, forgotten]).when(recordDemographics, { customerId, facts: { occupation: null } }).then([]);
  });

  it('compare amounts of money by what they say', () => {
    const income = { amount: 4_000_000, currency: 'CNY' };
    given(Customer, [person, event(DemographicsRecorded, { customerId, facts: { income } })])
      .when(recordDemographics, { customerId, facts: { income: { ...income } } }).then([]);
  });

  it('are refused of an organisation', () =>
    given(Customer, [organisation]).when(recordDemographics, { customerId, facts: { children: 1 } }).thenRejected('customer-not-person'));

  it('are refused of nobody', () =>
    given(Customer, []).when(recordDemographics, { customerId, facts: { children: 1 } }).thenRejected('customer-not-found'));
});

describe('psychographics', () => {
  const tea = event(PsychographicsRecorded, { customerId, facts: { interests: ['tea'] } });

  it('are recorded of a person, and once', () => {
    given(Customer, [person]).when(recordPsychographics, { customerId, facts: { interests: ['tea'] } }).then([tea]);
    given(Customer, [person, tea]).when(recordPsychographics, { customerId, facts: { interests: ['tea'] } }).then([]);
  });

  it('are refused of an organisation', () =>
    given(Customer, [organisation]).when(recordPsychographics, { customerId, facts: {} }).thenRejected('customer-not-person'));
});

describe('the particulars of an organisation', () => {
  const sugar = event(OrganisationProfileRecorded, { customerId, facts: { industry: 'sugar', employees: 120 } });

  it('are recorded of an organisation, and once', () => {
    given(Customer, [organisation]).when(recordOrganisationProfile, { customerId, facts: { industry: 'sugar', employees: 120 } }).then([sugar]);
    given(Customer, [organisation, sugar]).when(recordOrganisationProfile, { customerId, facts: { employees: 120 } }).then([]);
  });

  it('are refused of a person', () =>
    given(Customer, [person]).when(recordOrganisationProfile, { customerId, facts: {} }).thenRejected('customer-not-organisation'));
});

describe('products in use', () => {
  const inUse = event(ProductInUseRecorded, { customerId, product: 'Press P7', supplier: 'Rival', quantity: 2 });
  const user = given(Customer, [organisation, inUse]);

  it('are recorded, and again only where something about them changed', () => {
    given(Customer, [organisation]).when(recordProductInUse, { customerId, product: 'Press P7', supplier: 'Rival', quantity: 2 }).then([inUse]);
    user.when(recordProductInUse, { customerId, product: 'Press P7', supplier: 'Rival', quantity: 2 }).then([]);
    user.when(recordProductInUse, { customerId, product: 'Press P7', quantity: 3 }).then([
      event(ProductInUseRecorded, { customerId, product: 'Press P7', quantity: 3 }),
    ]);
  });

  it('end', () => {
    const ended = event(ProductUseEnded, { customerId, product: 'Press P7', replacedBy: 'Press G1' });
    user.when(endProductUse, { customerId, product: 'Press P7', replacedBy: 'Press G1' }).then([ended]);
    given(Customer, [organisation, inUse, ended]).when(endProductUse, { customerId, product: 'Press P7' }).thenRejected('product-not-in-use');
  });

  it('are judged, the same judgement on another day being news', () => {
    const good = event(ProductEvaluationRecorded, { customerId, product: 'Press G1', rating: 2, comment: 'never stops' });
    given(Customer, [organisation, good]).when(recordProductEvaluation, { customerId, product: 'Press G1', rating: 2, comment: 'never stops' }).then([good]);
    given(Customer, []).when(recordProductEvaluation, { customerId, product: 'Press G1', rating: 2 }).thenRejected('customer-not-found');
  });
});

describe('observations', () => {
  const morning = event(PreferenceObserved, { customerId, subject: 'delivery-time', preference: 'before noon', interactionId: 'call-1' });
  const monthly = event(HabitObserved, { customerId, subject: 'ordering', habit: 'on the first of the month' });

  it('of a preference are recorded each time', () =>
    given(Customer, [person, morning])
      .when(observePreference, { customerId, subject: 'delivery-time', preference: 'before noon', interactionId: 'call-1' }).then([morning]));

  it('of a habit are recorded each time', () =>
    given(Customer, [person, monthly]).when(observeHabit, { customerId, subject: 'ordering', habit: 'on the first of the month' }).then([monthly]));

  it('are refused of nobody', () => {
    given(Customer, []).when(observePreference, { customerId, subject: 'colour', preference: 'red' }).thenRejected('customer-not-found');
    given(Customer, []).when(observeHabit, { customerId, subject: 'payment', habit: 'late' }).thenRejected('customer-not-found');
  });
});
