import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { Customer, CustomerRegistered, CustomerRenamed } from '../domain/customer.js';
import { CustomerDataConfirmed, CustomerDataMarkedStale, FieldConflictResolved } from '../domain/data-quality.js';
import { Duplicate, DuplicateDismissed, DuplicateSuspected } from '../domain/duplicate.js';
import { CustomersMerged, CustomersUnmerged } from '../domain/merge.js';
import { DemographicsRecorded } from '../domain/profile.js';
import { ContactMethodAdded, ContactMethodRetired } from '../domain/reach.js';
import { dataQuality } from '../views/data-quality.view.js';
import { duplicateCandidates } from '../views/duplicate-candidates.view.js';
import { survivorshipHistory } from '../views/survivorship-history.view.js';
import { confirmCustomerData, markCustomerDataStale, resolveFieldConflict } from './data-quality.js';
import { dismissDuplicate, suspectDuplicate } from './duplicates.js';

const NOON = '2026-01-05T12:00:00.000Z';
const two = { duplicateId: 'd', customerId: 'a', otherCustomerId: 'b' };
const suspected = event(DuplicateSuspected, { ...two, grounds: ['same-name'], likeness: 0.5 });
const dismissed = event(DuplicateDismissed, { ...two, reason: 'Twins' });
const registered = event(CustomerRegistered, { customerId: 'a', kind: 'person', name: 'Li Wei', status: 'active' });

describe('a suspicion that two customers are one', () => {
  it('is recorded once for the same grounds, and again for new ones, also after it was dismissed', () => {
    given(Duplicate, [suspected]).when(suspectDuplicate, { ...two, grounds: ['same-name'], likeness: 0.5 }).then([]);
    given(Duplicate, [suspected, dismissed]).when(suspectDuplicate, { ...two, grounds: ['same-name'], likeness: 0.5 }).then([]);
    given(Duplicate, [suspected, dismissed]).when(suspectDuplicate, { ...two, grounds: ['same-name', 'same-phone'], likeness: 0.8 })
      .then([event(DuplicateSuspected, { ...two, grounds: ['same-name', 'same-phone'], likeness: 0.8 })]);
    given(Duplicate, []).when(suspectDuplicate, { ...two, otherCustomerId: 'a', grounds: ['same-name'], likeness: 1 }).thenRejected('duplicate-of-itself');
  });

  it('is dismissed once', () => {
    given(Duplicate, [suspected]).when(dismissDuplicate, { duplicateId: 'd', reason: 'Twins' }).then([dismissed]);
    given(Duplicate, [suspected, dismissed]).when(dismissDuplicate, { duplicateId: 'd', reason: 'Twins' }).then([]);
    given(Duplicate, []).when(dismissDuplicate, { duplicateId: 'd', reason: 'Twins' }).thenRejected('duplicate-not-found');
  });

  it('shows in the view until it is dismissed, is confirmed by merging the two in whichever direction, and taken back by unmerging', () => {
    const row = { ...two, grounds: ['same-name'], likeness: 0.5, suspectedAt: NOON };
    const merged = event(CustomersMerged, { customerId: 'b', intoCustomerId: 'a', kind: 'person', name: 'Li Wei', reason: 'The same' });
    const parted = event(CustomersUnmerged, { customerId: 'b', intoCustomerId: 'a', status: 'active', reason: 'Twins' });
    const decision = { decidedAt: NOON, decidedBy: 'tester' };
    given(duplicateCandidates, [suspected]).then('a/b', { ...row, status: 'suspected' } as never);
    given(duplicateCandidates, [suspected, dismissed]).then('a/b', { ...row, ...decision, status: 'dismissed' } as never);
    given(duplicateCandidates, [suspected, merged]).then('a/b', { ...row, ...decision, status: 'confirmed' } as never);
    given(duplicateCandidates, [suspected, merged, parted]).then('a/b', { ...row, ...decision, status: 'dismissed' } as never);
    given(duplicateCandidates, [merged]).then('a/b', undefined);
  });
});

describe('a conflict of sources', () => {
  const resolution = { customerId: 'a', field: 'name', kept: 'Li Wei', rejected: ['Lee Way'], rule: 'most-recent' } as const;

  it('is resolved with what is kept taking effect where it did not hold already, and what was rejected kept readable', () => {
    given(Customer, [registered]).when(resolveFieldConflict, { ...resolution, rejected: ['Lee Way'] }).then([event(FieldConflictResolved, resolution)]);
    const other = { ...resolution, kept: 'Lǐ Wěi', rejected: ['Li Wei'] };
    given(Customer, [registered]).when(resolveFieldConflict, other).then([event(FieldConflictResolved, other), event(CustomerRenamed, { customerId: 'a', name: 'Lǐ Wěi' })]);
    const born = { ...resolution, field: 'birthDate', kept: '1980-05-31', rejected: ['1981-05-31'] } as const;
    given(Customer, [registered]).when(resolveFieldConflict, { ...born, rejected: ['1981-05-31'] }).then([event(FieldConflictResolved, born), event(DemographicsRecorded, { customerId: 'a', facts: { birthDate: '1980-05-31' } })]);
    given(survivorshipHistory, [event(FieldConflictResolved, resolution)]).then('a/0000000000000001', { ...resolution, resolvedAt: NOON, resolvedBy: 'tester', eventId: '00000000-0000-4000-8000-000000000001' });
  });

  it('is refused where it is none, or cannot be of this customer', () => {
    given(Customer, [registered]).when(resolveFieldConflict, { ...resolution, rejected: ['Li Wei'] }).thenRejected('conflict-without-difference');
    given(Customer, [registered]).when(resolveFieldConflict, { ...resolution, field: 'birthDate', rejected: ['x'] }).thenRejected('birth-date-malformed');
    given(Customer, [event(CustomerRegistered, { customerId: 'a', kind: 'organisation', name: 'Li Ltd', status: 'active' })]).when(resolveFieldConflict, { ...resolution, field: 'gender', rejected: ['x'] }).thenRejected('customer-not-person');
    given(Customer, []).when(resolveFieldConflict, { ...resolution, rejected: ['x'] }).thenRejected('customer-not-found');
  });
});

describe('the quality of what is known of a customer', () => {
  const stale = event(CustomerDataMarkedStale, { customerId: 'a', areas: ['name', 'address'], reason: 'Mail came back' });
  const added = event(ContactMethodAdded, { customerId: 'a', contactMethodId: 'm', type: 'e-mail', value: 'li@example.com' });
  const row = { kind: 'person', known: ['name'], missing: ['contact-methods', 'address', 'demographics', 'consents'], completeness: 0.2, stale: {}, confirmed: {}, contactMethods: 0, conflictsResolved: 0 };

  it('is how much of what one should know is known', () => {
    given(dataQuality, [registered]).then('a', row as never);
    given(dataQuality, [registered, added]).then('a', { ...row, known: ['name', 'contact-methods'], missing: ['address', 'demographics', 'consents'], completeness: 0.4, contactMethods: 1 } as never);
    given(dataQuality, [registered, added, event(ContactMethodRetired, { customerId: 'a', contactMethodId: 'm', type: 'e-mail' })]).then('a', row as never);
  });

  it('falls with what is marked stale until it is confirmed or said anew', () => {
    given(dataQuality, [registered, stale]).then('a', { ...row, stale: { name: NOON, address: NOON } } as never);
    given(dataQuality, [registered, stale, event(CustomerDataConfirmed, { customerId: 'a', areas: ['name'] })]).then('a', { ...row, stale: { address: NOON }, confirmed: { name: NOON } } as never);
    given(dataQuality, [registered, stale, event(CustomerRenamed, { customerId: 'a', name: 'Wei' })]).then('a', { ...row, stale: { address: NOON } } as never);
  });

  it('is marked and confirmed area by area', () => {
    given(Customer, [registered, stale]).when(markCustomerDataStale, { customerId: 'a', areas: ['address', 'consents'], reason: 'Old' }).then([event(CustomerDataMarkedStale, { customerId: 'a', areas: ['consents'], reason: 'Old' })]);
    given(Customer, [registered, stale]).when(markCustomerDataStale, { customerId: 'a', areas: ['address'], reason: 'Old' }).then([]);
    given(Customer, [registered]).when(confirmCustomerData, { customerId: 'a', areas: ['address'], channel: 'phone' }).then([event(CustomerDataConfirmed, { customerId: 'a', areas: ['address'], channel: 'phone' })]);
  });
});
