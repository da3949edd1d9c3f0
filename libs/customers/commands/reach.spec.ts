import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { Customer, CustomerDeactivated, CustomerRegistered } from '../domain/customer.js';
import {
  ConsentGranted, ConsentWithdrawn, ContactMethodAdded, ContactMethodRetired, CustomerAddressChanged, CustomerLocated, PreferredChannelSet,
} from '../domain/reach.js';
import { changeCustomerAddress, locateCustomer } from './address.js';
import { grantConsent, setPreferredChannel, withdrawConsent } from './consents.js';
import { addContactMethod, retireContactMethod } from './contact-methods.js';

const customerId = 'c1';
const registered = event(CustomerRegistered, { customerId, kind: 'person', name: 'Li Ming', status: 'active' });
const li = given(Customer, [registered]);

describe('contact methods', () => {
  const phone = { customerId, contactMethodId: 'm1', type: 'phone' as const, value: '+86 10 6552 9988' };
  const added = event(ContactMethodAdded, phone);
  const retired = event(ContactMethodRetired, { customerId, contactMethodId: 'm1', type: 'phone', reason: 'moved' });
  const reachable = given(Customer, [registered, added]);

  it('are added', () => li.when(addContactMethod, { ...phone, label: 'office' }).then([event(ContactMethodAdded, { ...phone, label: 'office' })]));

  it('are added once', () => {
    reachable.when(addContactMethod, phone).then([]);
    reachable.when(addContactMethod, { ...phone, contactMethodId: 'm2' }).thenRejected('contact-method-known');
    reachable.when(addContactMethod, { ...phone, value: '110' }).thenRejected('contact-method-exists');
  });

  it('are retired once', () => {
    reachable.when(retireContactMethod, { customerId, contactMethodId: 'm1', reason: 'moved' }).then([retired]);
    given(Customer, [registered, added, retired]).when(retireContactMethod, { customerId, contactMethodId: 'm1' }).then([]);
    li.when(retireContactMethod, { customerId, contactMethodId: 'm1' }).thenRejected('contact-method-not-found');
  });

  it('can come back under another id after they were retired', () => {
    const before = given(Customer, [registered, added, retired]);
    before.when(addContactMethod, { ...phone, contactMethodId: 'm2' }).then([event(ContactMethodAdded, { ...phone, contactMethodId: 'm2' })]);
    before.when(addContactMethod, phone).thenRejected('contact-method-exists');
  });
});

describe('the address of a customer', () => {
  const address = { lines: ['Wangfujing 1'], postalCode: '100006', city: 'Beijing', country: 'CN' };
  const changed = event(CustomerAddressChanged, { customerId, address });
  const located = event(CustomerLocated, { customerId, city: 'Beijing', country: 'CN' });

  it('also locates the customer', () => li.when(changeCustomerAddress, { customerId, address }).then([changed, located]));

  it('changes nothing where it is the same', () =>
    given(Customer, [registered, changed, located]).when(changeCustomerAddress, { customerId, address: { ...address } }).then([]));

  it('locates nobody anew who moves within the city', () => {
    const moved = { ...address, lines: ['Wangfujing 2'] };
    given(Customer, [registered, changed, located])
      .when(changeCustomerAddress, { customerId, address: moved })
      .then([event(CustomerAddressChanged, { customerId, address: moved })]);
  });

  it('can be known by its region alone', () => {
    const guangxi = event(CustomerLocated, { customerId, country: 'CN', region: 'Guangxi' });
    li.when(locateCustomer, { customerId, country: 'CN', region: 'Guangxi' }).then([guangxi]);
    given(Customer, [registered, guangxi]).when(locateCustomer, { customerId, country: 'CN', region: 'Guangxi' }).then([]);
    given(Customer, []).when(locateCustomer, { customerId, country: 'CN' }).thenRejected('customer-not-found');
  });
});

describe('the preferred channel', () => {
  const letter = event(PreferredChannelSet, { customerId, channel: 'letter' });

  it('is set, and once', () => {
    li.when(setPreferredChannel, { customerId, channel: 'letter' }).then([letter]);
    given(Customer, [registered, letter]).when(setPreferredChannel, { customerId, channel: 'letter' }).then([]);
  });
});

describe('consent', () => {
  const marketing = { customerId, purpose: 'marketing', channel: 'e-mail' as const };
  const granted = event(ConsentGranted, { ...marketing, evidence: 'form 17' });
  const withdrawn = event(ConsentWithdrawn, { ...marketing, reason: 'too many mails' });

  it('is granted for a purpose on a channel, and once', () => {
    li.when(grantConsent, { ...marketing, evidence: 'form 17' }).then([granted]);
    given(Customer, [registered, granted]).when(grantConsent, marketing).then([]);
  });

  it('does not hold for another channel or purpose', () => {
    const consenting = given(Customer, [registered, granted]);
    consenting.when(grantConsent, { ...marketing, channel: 'sms' }).then([event(ConsentGranted, { ...marketing, channel: 'sms' })]);
    consenting.when(grantConsent, { ...marketing, purpose: 'survey' }).then([event(ConsentGranted, { ...marketing, purpose: 'survey' })]);
  });

  it('is withdrawn once, and can be granted again', () => {
    given(Customer, [registered, granted]).when(withdrawConsent, { ...marketing, reason: 'too many mails' }).then([withdrawn]);
    given(Customer, [registered, granted, withdrawn]).when(withdrawConsent, marketing).then([]);
    given(Customer, [registered, granted, withdrawn]).when(grantConsent, { ...marketing, evidence: 'form 17' }).then([granted]);
  });

  it('is refused by a customer who was never asked: that is recorded too', () =>
    li.when(withdrawConsent, marketing).then([event(ConsentWithdrawn, marketing)]));

  it('can be withdrawn by a deactivated customer, but not granted', () => {
    const gone = given(Customer, [registered, granted, event(CustomerDeactivated, { customerId, reason: 'moved' })]);
    gone.when(withdrawConsent, { ...marketing, reason: 'too many mails' }).then([withdrawn]);
    gone.when(grantConsent, { ...marketing, channel: 'sms' }).thenRejected('customer-deactivated');
  });

  it('is refused of nobody', () => given(Customer, []).when(withdrawConsent, marketing).thenRejected('customer-not-found'));
});
