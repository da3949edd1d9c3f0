import { IsOptional } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsEmailAddress, IsId, IsOccurredAt, IsOmittable, IsPhone, IsText } from '#event-sourcing/validation';
import {
  Contact, ContactLinkedToCustomer, ContactPersonAdded, ContactPersonUpdated, ContactUnlinkedFromCustomer, CoreContactReleased,
  knownContact, linkedContact,
} from '../domain/contact.js';

/** What every command about a contact person has. */
export abstract class ContactCommand {
  @IsId() contactId!: string;
  /** When it happened, where that was not now. */
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

@Command({ summary: 'Adds a contact person of a customer.', allow: ['manager', 'sales', 'service'] })
export class AddContactPerson extends ContactCommand {
  @IsId() customerId!: string;
  @IsText(200) name!: string;
  @IsOptional() @IsText(100) jobTitle?: string;
  @IsOptional() @IsText(100) department?: string;
  @IsOptional() @IsPhone() phone?: string;
  @IsOptional() @IsEmailAddress() email?: string;
}

export const addContactPerson = decide(Contact, AddContactPerson, (command, contact) => {
  if (contact) throw wrongState('contact-already-added', `Contact person ${command.contactId} was added already; take another id.`);
  return event(ContactPersonAdded, factsOf(command));
});

/** Left out: stays as it is. Null: no longer known. */
@Command({ summary: 'Corrects or completes what is known of a contact person.', allow: ['manager', 'sales', 'service'] })
export class UpdateContactPerson extends ContactCommand {
  @IsOmittable() @IsText(200) name?: string;
  @IsOptional() @IsText(100) jobTitle?: string | null;
  @IsOptional() @IsText(100) department?: string | null;
  @IsOptional() @IsPhone() phone?: string | null;
  @IsOptional() @IsEmailAddress() email?: string | null;
}

export const updateContactPerson = decide(Contact, UpdateContactPerson, (command, state) => {
  const contact = linkedContact(state, command.contactId);
  const fields = (['name', 'jobTitle', 'department', 'phone', 'email'] as const)
    .filter((field) => command[field] !== undefined && command[field] !== (contact[field] ?? null));
  const changes = Object.fromEntries(fields.map((field) => [field, command[field]]));
  return fields.length === 0 ? [] : event(ContactPersonUpdated, { contactId: command.contactId, customerId: contact.customerId, ...changes });
});

@Command({ summary: 'Says that a contact person no longer belongs to their customer.', allow: ['manager', 'sales', 'service'] })
export class UnlinkContactFromCustomer extends ContactCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const unlinkContactFromCustomer = decide(Contact, UnlinkContactFromCustomer, (command, state) => {
  const { customerId, linked, core } = knownContact(state, command.contactId);
  if (!linked) return [];
  const data = { ...factsOf(command), customerId };
  return [...(core ? [event(CoreContactReleased, data)] : []), event(ContactUnlinkedFromCustomer, data)];
});

@Command({ summary: 'Links a contact person who was unlinked to a customer.', allow: ['manager', 'sales', 'service'] })
export class LinkContactToCustomer extends ContactCommand {
  @IsId() customerId!: string;
}

export const linkContactToCustomer = decide(Contact, LinkContactToCustomer, (command, state) => {
  const { customerId: formerCustomerId, linked, name, jobTitle } = knownContact(state, command.contactId);
  if (!linked) return event(ContactLinkedToCustomer, { formerCustomerId, name, ...(jobTitle !== undefined && { jobTitle }), ...factsOf(command) });
  if (formerCustomerId === command.customerId) return [];
  throw wrongState('contact-linked-elsewhere', `Contact person ${command.contactId} belongs to ${formerCustomerId}; unlink the person there first.`, {
    customerId: formerCustomerId,
  });
});
