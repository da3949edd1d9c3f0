import { onRow, view } from '#event-sourcing';
import {
  ContactBirthdayRecorded, ContactFamilySituationRecorded, ContactHobbyRecorded, ContactLinkedToCustomer, ContactPersonAdded,
  ContactPersonUpdated, ContactUnlinkedFromCustomer, CoreContactDesignated, CoreContactReleased, RelationshipGradeAssigned,
  type FamilySituation, type RelationshipGrade,
} from '../domain/contact.js';
import { changed } from '../domain/facts.js';

export interface ContactRow {
  /** Missing where the person belongs to no customer now. */
  customerId?: string;
  name: string;
  jobTitle?: string;
  department?: string;
  phone?: string;
  email?: string;
  /** `YYYY-MM-DD`, or `--MM-DD` where the year is not known. */
  birthday?: string;
  family: FamilySituation;
  hobbies: string[];
  grade?: RelationshipGrade;
  core: boolean;
  /** Since when the person belongs to the customer. */
  since: string;
}

export const customerContacts = view<ContactRow>('customer_contacts', {
  version: 1,
  summary: 'A card for each contact person; core contacts of a customer first with `{ core: -1, name: 1 }`.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: ['name', 'jobTitle', 'department', 'phone', 'email', 'birthday', 'family', 'hobbies'],
  record: 'customerId',
  sensitive: true,
  indexes: [{ customerId: 1, core: -1, name: 1 }],
})
  .key((event) => event.data.contactId)
  .on(ContactPersonAdded, (_, { data: { contactId: __, ...person }, occurredAt }) => ({
    ...person, family: {}, hobbies: [], core: false, since: occurredAt,
  }))
  .on(ContactPersonUpdated, (row, { data: { contactId: _, ...changes } }) => row && changed<ContactRow>(row, changes))
  .on(ContactBirthdayRecorded, onRow((_, { data: { birthday } }) => ({ birthday })))
  .on(ContactFamilySituationRecorded, onRow((row, { data }) => ({ family: changed(row.family, data.family) })))
  .on(ContactHobbyRecorded, onRow(({ hobbies }, { data: { hobby } }) => ({ hobbies: [...hobbies, hobby] })))
  .on(RelationshipGradeAssigned, onRow((_, { data: { grade } }) => ({ grade })))
  .on(CoreContactDesignated, onRow(() => ({ core: true })))
  .on(CoreContactReleased, onRow(() => ({ core: false })))
  .on(ContactUnlinkedFromCustomer, (row) => row && unlinked(row))
  .on(ContactLinkedToCustomer, onRow((_, { data: { customerId }, occurredAt }) => ({ customerId, since: occurredAt })));

function unlinked({ customerId: _, ...row }: ContactRow): ContactRow {
  return row;
}
