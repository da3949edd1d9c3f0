import { describe, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import {
  Contact, ContactBirthdayRecorded, ContactFamilySituationRecorded, ContactHobbyRecorded, ContactLinkedToCustomer, ContactPersonAdded,
  ContactPersonUpdated, ContactUnlinkedFromCustomer, CoreContactDesignated, CoreContactReleased, RelationshipGradeAssigned,
} from '../domain/contact.js';
import {
  assignRelationshipGrade, designateCoreContact, recordContactBirthday, recordContactFamilySituation, recordContactHobby, releaseCoreContact,
} from './contact-dossier.js';
import { addContactPerson, linkContactToCustomer, unlinkContactFromCustomer, updateContactPerson } from './contact-persons.js';

const contactId = 'wang';
const of = { contactId, customerId: 'sugar' };
const added = event(ContactPersonAdded, { ...of, name: 'Wang Fang', jobTitle: 'buyer', phone: '110' });
const unlinked = event(ContactUnlinkedFromCustomer, { ...of, reason: 'left the firm' });
const wang = given(Contact, [added]);
const gone = given(Contact, [added, unlinked]);
const nobody = given(Contact, []);

describe('a contact person', () => {
  it('is added once', () => {
    nobody.when(addContactPerson, { ...of, name: 'Wang Fang', jobTitle: 'buyer', phone: '110' }).then([added]);
    wang.when(addContactPerson, { ...of, name: 'Wang Fang' }).thenRejected('contact-already-added');
  });

  it('is updated in what changed; null forgets', () => {
    wang.when(updateContactPerson, { contactId, name: 'Wang Fang', jobTitle: 'head buyer', phone: null, email: null })
      .then([event(ContactPersonUpdated, { ...of, jobTitle: 'head buyer', phone: null })]);
    given(Contact, [added, event(ContactPersonUpdated, { ...of, phone: null })]).when(updateContactPerson, { contactId, phone: null }).then([]);
    nobody.when(updateContactPerson, { contactId, name: 'Wang' }).thenRejected('contact-not-found');
  });

  it('has a birthday', () => {
    const birthday = event(ContactBirthdayRecorded, { ...of, birthday: '--05-31' });
    wang.when(recordContactBirthday, { contactId, birthday: '--05-31' }).then([birthday]);
    given(Contact, [added, birthday]).when(recordContactBirthday, { contactId, birthday: '--05-31' }).then([]);
  });

  it('has a family situation', () => {
    const married = event(ContactFamilySituationRecorded, { ...of, family: { maritalStatus: 'married', children: 1 } });
    wang.when(recordContactFamilySituation, { contactId, family: { maritalStatus: 'married', children: 1 } }).then([married]);
    given(Contact, [added, married]).when(recordContactFamilySituation, { contactId, family: { children: 1 } }).then([]);
  });

  it('has hobbies, each once', () => {
    const chess = event(ContactHobbyRecorded, { ...of, hobby: 'chess' });
    wang.when(recordContactHobby, { contactId, hobby: 'chess' }).then([chess]);
    given(Contact, [added, chess]).when(recordContactHobby, { contactId, hobby: 'chess' }).then([]);
  });

  it('has a relationship grade, and the event tells the former one', () => {
    const b = event(RelationshipGradeAssigned, { ...of, grade: 'B' });
    wang.when(assignRelationshipGrade, { contactId, grade: 'B' }).then([b]);
    given(Contact, [added, b]).when(assignRelationshipGrade, { contactId, grade: 'B' }).then([]);
    given(Contact, [added, b]).when(assignRelationshipGrade, { contactId, grade: 'A', reason: 'dinner' })
      .then([event(RelationshipGradeAssigned, { ...of, grade: 'A', formerGrade: 'B', reason: 'dinner' })]);
  });
});

describe('a core contact', () => {
  const core = event(CoreContactDesignated, of);

  it('is designated and released, each once', () => {
    wang.when(designateCoreContact, { contactId }).then([core]);
    given(Contact, [added, core]).when(designateCoreContact, { contactId }).then([]);
    given(Contact, [added, core]).when(releaseCoreContact, { contactId, reason: 'new buyer' }).then([event(CoreContactReleased, { ...of, reason: 'new buyer' })]);
    wang.when(releaseCoreContact, { contactId }).then([]);
  });

  it('is released when the person leaves the customer', () =>
    given(Contact, [added, core]).when(unlinkContactFromCustomer, { contactId, reason: 'left the firm' })
      .then([event(CoreContactReleased, { ...of, reason: 'left the firm' }), unlinked]));
});

describe('the link between a contact person and a customer', () => {
  it('is cut once', () => {
    wang.when(unlinkContactFromCustomer, { contactId, reason: 'left the firm' }).then([unlinked]);
    gone.when(unlinkContactFromCustomer, { contactId }).then([]);
    nobody.when(unlinkContactFromCustomer, { contactId }).thenRejected('contact-not-found');
  });

  it('is made anew, and tells the new customer who comes, from where', () => {
    const linked = event(ContactLinkedToCustomer, { contactId, customerId: 'paper', formerCustomerId: 'sugar', name: 'Wang Fang', jobTitle: 'buyer' });
    gone.when(linkContactToCustomer, { contactId, customerId: 'paper' }).then([linked]);
    given(Contact, [added, unlinked, linked]).when(recordContactHobby, { contactId, hobby: 'chess' })
      .then([event(ContactHobbyRecorded, { contactId, customerId: 'paper', hobby: 'chess' })]);
  });

  it('is to one customer at a time', () => {
    wang.when(linkContactToCustomer, { contactId, customerId: 'sugar' }).then([]);
    wang.when(linkContactToCustomer, { contactId, customerId: 'paper' }).thenRejected('contact-linked-elsewhere');
    nobody.when(linkContactToCustomer, { contactId, customerId: 'paper' }).thenRejected('contact-not-found');
  });

  it('is needed for any other change', () => {
    gone.when(updateContactPerson, { contactId, name: 'Wang' }).thenRejected('contact-unlinked');
    gone.when(recordContactBirthday, { contactId, birthday: '--05-31' }).thenRejected('contact-unlinked');
    gone.when(recordContactFamilySituation, { contactId, family: { children: 1 } }).thenRejected('contact-unlinked');
    gone.when(recordContactHobby, { contactId, hobby: 'chess' }).thenRejected('contact-unlinked');
    gone.when(assignRelationshipGrade, { contactId, grade: 'A' }).thenRejected('contact-unlinked');
    gone.when(designateCoreContact, { contactId }).thenRejected('contact-unlinked');
    gone.when(releaseCoreContact, { contactId }).thenRejected('contact-unlinked');
  });
});
