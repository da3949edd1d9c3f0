import { DomainEvent, Personal, Plain } from '#event-sourcing';
import { type Channel } from './channels.js';

// Names and fields of events are the storage format: changed only through an upcaster.

export const CONTACT_METHODS = ['phone', 'mobile', 'e-mail', 'fax', 'instant-message', 'web', 'post'] as const;
export type ContactMethodType = (typeof CONTACT_METHODS)[number];

export interface Address {
  lines: string[];
  postalCode?: string;
  city: string;
  region?: string;
  /** ISO 3166-1, two letters. */
  country: string;
}

/** Where a customer is, without naming the door: kept for analyses when a person is erased. */
export interface Location {
  /** ISO 3166-1, two letters. */
  country: string;
  region?: string;
  city?: string;
}

@DomainEvent()
export class ContactMethodAdded {
  customerId!: string;
  contactMethodId!: string;
  type!: ContactMethodType;
  @Personal() value!: string;
  /** `office`, `private` … */
  @Personal() label?: string;
}

@DomainEvent()
export class ContactMethodRetired {
  customerId!: string;
  contactMethodId!: string;
  type!: ContactMethodType;
  @Personal() reason?: string;
}

@DomainEvent()
export class CustomerAddressChanged {
  customerId!: string;
  @Personal() address!: Address;
}

@DomainEvent()
export class CustomerLocated {
  customerId!: string;
  @Plain() country!: string;
  @Plain() region?: string;
  @Plain() city?: string;
}

@DomainEvent()
export class PreferredChannelSet {
  customerId!: string;
  channel!: Channel;
}

@DomainEvent()
export class ConsentGranted {
  customerId!: string;
  /** What it allows: `marketing`, `survey` … */
  @Plain() purpose!: string;
  channel!: Channel;
  /** What proves it: a form, a recording, a tick on a page. */
  @Personal() evidence?: string;
}

@DomainEvent()
export class ConsentWithdrawn {
  customerId!: string;
  @Plain() purpose!: string;
  channel!: Channel;
  @Personal() reason?: string;
}
