import { aggregate, DomainEvent, notFound, Personal, wrongState } from '#event-sourcing';
import { changed, type Changes } from './facts.js';

// Names and fields of events are the storage format: changed only through an upcaster.
// A contact person is a data subject with a history of their own, who may move from one customer to another:
// therefore an aggregate beside the customer. At any time a contact belongs to one customer or to none.

const OfContact = () => Personal({ subject: 'contactId' });

/** A: the relationship is close … D: it is cold. */
export const RELATIONSHIP_GRADES = ['A', 'B', 'C', 'D'] as const;
export type RelationshipGrade = (typeof RELATIONSHIP_GRADES)[number];

export interface FamilySituation {
  maritalStatus?: string;
  children?: number;
  note?: string;
}

@DomainEvent()
export class ContactPersonAdded {
  contactId!: string;
  customerId!: string;
  @OfContact() name!: string;
  @OfContact() jobTitle?: string;
  @OfContact() department?: string;
  @OfContact() phone?: string;
  @OfContact() email?: string;
}

/** Holds what changed; null: no longer known. */
@DomainEvent()
export class ContactPersonUpdated {
  contactId!: string;
  customerId!: string;
  @OfContact() name?: string;
  @OfContact() jobTitle?: string | null;
  @OfContact() department?: string | null;
  @OfContact() phone?: string | null;
  @OfContact() email?: string | null;
}

@DomainEvent()
export class ContactBirthdayRecorded {
  contactId!: string;
  customerId!: string;
  /** `YYYY-MM-DD`, or `--MM-DD` where the year is not known. */
  @OfContact() birthday!: string;
}

@DomainEvent()
export class ContactFamilySituationRecorded {
  contactId!: string;
  customerId!: string;
  @OfContact() family!: Changes<FamilySituation>;
}

@DomainEvent()
export class ContactHobbyRecorded {
  contactId!: string;
  customerId!: string;
  @OfContact() hobby!: string;
}

@DomainEvent()
export class RelationshipGradeAssigned {
  contactId!: string;
  customerId!: string;
  grade!: RelationshipGrade;
  formerGrade?: RelationshipGrade;
  @OfContact() reason?: string;
}

@DomainEvent()
export class ContactUnlinkedFromCustomer {
  contactId!: string;
  customerId!: string;
  @OfContact() reason?: string;
}

/** A contact person came to this customer from another; {@link ContactPersonAdded} already links to the first one. */
@DomainEvent()
export class ContactLinkedToCustomer {
  contactId!: string;
  customerId!: string;
  formerCustomerId!: string;
  @OfContact() name!: string;
  @OfContact() jobTitle?: string;
}

@DomainEvent()
export class CoreContactDesignated {
  contactId!: string;
  customerId!: string;
  @OfContact() reason?: string;
}

@DomainEvent()
export class CoreContactReleased {
  contactId!: string;
  customerId!: string;
  @OfContact() reason?: string;
}

/** A contact person who was added. */
export interface KnownContact {
  /** The customer that the person belongs to, or belonged to last. */
  customerId: string;
  linked: boolean;
  name: string;
  jobTitle?: string;
  department?: string;
  phone?: string;
  email?: string;
  birthday?: string;
  family: FamilySituation;
  hobbies: string[];
  grade?: RelationshipGrade;
  core: boolean;
}

/** Null: nobody was added under this id. */
export type ContactState = KnownContact | null;

/** A fold of an event that only a contact person who was added can have. */
const of = <E>(evolve: (contact: KnownContact, event: E) => Partial<KnownContact>) => (contact: ContactState, event: E): ContactState =>
  contact && { ...contact, ...evolve(contact, event) };

export const Contact = aggregate<'contact', ContactState>('contact', null)
  .on(ContactPersonAdded, (_, { contactId: __, ...person }) => ({ ...person, linked: true, family: {}, hobbies: [], core: false }))
  .on(ContactPersonUpdated, (contact, { contactId: _, customerId: __, ...changes }) => contact && changed<KnownContact>(contact, changes))
  .on(ContactBirthdayRecorded, of((_, { birthday }) => ({ birthday })))
  .on(ContactFamilySituationRecorded, of((contact, { family }) => ({ family: changed(contact.family, family) })))
  .on(ContactHobbyRecorded, of(({ hobbies }, { hobby }) => ({ hobbies: [...hobbies, hobby] })))
  .on(RelationshipGradeAssigned, of((_, { grade }) => ({ grade })))
  .on(ContactUnlinkedFromCustomer, of(() => ({ linked: false })))
  .on(ContactLinkedToCustomer, of((_, { customerId }) => ({ customerId, linked: true })))
  .on(CoreContactDesignated, of(() => ({ core: true })))
  .on(CoreContactReleased, of(() => ({ core: false })));

/** @throws Rejection `contact-not-found` */
export function knownContact(contact: ContactState, contactId: string): KnownContact {
  if (!contact) throw notFound('contact-not-found', `There is no contact person ${contactId}; add the person first, or correct the id.`);
  return contact;
}

/** @throws Rejection `contact-not-found`, or `contact-unlinked`: who belongs to no customer is not recorded further. */
export function linkedContact(state: ContactState, contactId: string): KnownContact {
  const contact = knownContact(state, contactId);
  if (contact.linked) return contact;
  throw wrongState('contact-unlinked', `Contact person ${contactId} belongs to no customer; link the person to one before changing anything.`);
}
