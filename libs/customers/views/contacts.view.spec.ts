import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import {
  ContactBirthdayRecorded, ContactFamilySituationRecorded, ContactHobbyRecorded, ContactLinkedToCustomer, ContactPersonAdded,
  ContactPersonUpdated, ContactUnlinkedFromCustomer, CoreContactDesignated, CoreContactReleased, RelationshipGradeAssigned,
} from '../domain/contact.js';
import {
  ConsentGranted, ConsentWithdrawn, ContactMethodAdded, ContactMethodRetired, CustomerAddressChanged, PreferredChannelSet,
} from '../domain/reach.js';
import { contactPolicy } from './contact-policy.view.js';
import { customerContacts, type ContactRow } from './customer-contacts.view.js';

const NOON = '2026-01-05T12:00:00.000Z';
const LATER = '2026-02-01T08:00:00.000Z';

describe('the contacts of a customer', () => {
  const contactId = 'wang';
  const of = { contactId, customerId: 'sugar' };
  const added = event(ContactPersonAdded, { ...of, name: 'Wang Fang', jobTitle: 'buyer', phone: '110' });
  const row: ContactRow = { customerId: 'sugar', name: 'Wang Fang', jobTitle: 'buyer', phone: '110', family: {}, hobbies: [], core: false, since: NOON };

  it('have a card each', () => given(customerContacts, [added]).then(contactId, row));

  it('have the whole dossier on it', () =>
    given(customerContacts, [
      added,
      event(ContactBirthdayRecorded, { ...of, birthday: '--05-31' }),
      event(ContactFamilySituationRecorded, { ...of, family: { maritalStatus: 'married', children: 1 } }),
      event(ContactFamilySituationRecorded, { ...of, family: { children: 2, maritalStatus: null } }),
      event(ContactHobbyRecorded, { ...of, hobby: 'chess' }),
      event(ContactHobbyRecorded, { ...of, hobby: 'tea' }),
      event(RelationshipGradeAssigned, { ...of, grade: 'A' }),
      event(CoreContactDesignated, of),
    ]).then(contactId, { ...row, birthday: '--05-31', family: { children: 2 }, hobbies: ['chess', 'tea'], grade: 'A', core: true }));

  it('show what was updated, without what is no longer known', () => {
    const { phone: _, ...rest } = row;
    given(customerContacts, [added, event(ContactPersonUpdated, { ...of, jobTitle: 'head buyer', phone: null })]).then(contactId, { ...rest, jobTitle: 'head buyer' });
  });

  it('are core as long as they are', () =>
    given(customerContacts, [added, event(CoreContactDesignated, of), event(CoreContactReleased, of)]).then(contactId, row));

  it('leave, and come to another customer', () => {
    const left = event(ContactUnlinkedFromCustomer, of);
    const { customerId: _, ...alone } = row;
    given(customerContacts, [added, left]).then(contactId, alone);
    const linked = event(ContactLinkedToCustomer, { contactId, customerId: 'paper', formerCustomerId: 'sugar', name: 'Wang Fang' });
    given(customerContacts, [added, left, recorded(linked, { position: 3, occurredAt: LATER })]).then(contactId, { ...row, customerId: 'paper', since: LATER });
  });
});

describe('the contact policy of a customer', () => {
  const customerId = 'li';
  const nothing = { consents: [], contactMethods: [] };
  const mail = { purpose: 'marketing', channel: 'e-mail' as const };

  it('has the preferred channel', () => {
    given(contactPolicy, [event(PreferredChannelSet, { customerId, channel: 'sms' }), event(PreferredChannelSet, { customerId, channel: 'letter' })])
      .then(customerId, { ...nothing, preferredChannel: 'letter' });
  });

  it('has the last answer for each purpose and channel, and since when', () =>
    given(contactPolicy, [
      event(ConsentGranted, { customerId, ...mail }),
      event(ConsentGranted, { customerId, ...mail, channel: 'sms' }),
      recorded(event(ConsentWithdrawn, { customerId, ...mail }), { position: 3, occurredAt: LATER }),
    ]).then(customerId, {
      ...nothing,
      consents: [{ ...mail, channel: 'sms', granted: true, since: NOON }, { ...mail, granted: false, since: LATER }],
    }));

  it('has a refusal by somebody who was never asked', () =>
    given(contactPolicy, [event(ConsentWithdrawn, { customerId, ...mail })]).then(customerId, { ...nothing, consents: [{ ...mail, granted: false, since: NOON }] }));

  it('has the contact methods that are in use, and the address', () => {
    const address = { lines: ['Wangfujing 1'], city: 'Beijing', country: 'CN' };
    given(contactPolicy, [
      event(ContactMethodAdded, { customerId, contactMethodId: 'm1', type: 'phone', value: '110' }),
      event(ContactMethodAdded, { customerId, contactMethodId: 'm2', type: 'e-mail', value: 'li@example.com', label: 'private' }),
      event(ContactMethodRetired, { customerId, contactMethodId: 'm1', type: 'phone' }),
      event(CustomerAddressChanged, { customerId, address }),
    ]).then(customerId, {
      ...nothing, address, contactMethods: [{ contactMethodId: 'm2', type: 'e-mail', value: 'li@example.com', label: 'private', since: NOON }],
    });
  });
});
