import { onRow, view } from '#event-sourcing';
import { type Channel } from '../domain/channels.js';
import {
  ConsentGranted, ConsentWithdrawn, ContactMethodAdded, ContactMethodRetired, CustomerAddressChanged, PreferredChannelSet,
  type Address, type ContactMethodType,
} from '../domain/reach.js';

export interface ConsentRow {
  purpose: string;
  channel: Channel;
  /** False: the customer said no. No entry: the customer was never asked. */
  granted: boolean;
  since: string;
}

export interface ContactPolicyRow {
  preferredChannel?: Channel;
  consents: ConsentRow[];
  contactMethods: { contactMethodId: string; type: ContactMethodType; value: string; label?: string; since: string }[];
  address?: Address;
}

export const contactPolicy = view<ContactPolicyRow>('contact_policy', {
  version: 1,
  summary: 'How a customer may be reached and how it likes to be: consents, preferred channel, contact methods, address.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: ['contactMethods', 'address'],
  record: '_id',
  sensitive: true,
  indexes: [{ preferredChannel: 1 }],
})
  .key((event) => event.data.customerId)
  .on(PreferredChannelSet, (row = nothingKnown, { data: { channel } }) => ({ ...row, preferredChannel: channel }))
  .on(ConsentGranted, (row = nothingKnown, { data: { purpose, channel }, occurredAt }) =>
    answered(row, { purpose, channel, granted: true, since: occurredAt }))
  .on(ConsentWithdrawn, (row = nothingKnown, { data: { purpose, channel }, occurredAt }) =>
    answered(row, { purpose, channel, granted: false, since: occurredAt }))
  .on(ContactMethodAdded, (row = nothingKnown, { data: { customerId: _, ...method }, occurredAt }) => ({
    ...row, contactMethods: [...row.contactMethods, { ...method, since: occurredAt }],
  }))
  .on(ContactMethodRetired, onRow(({ contactMethods }, { data }) => ({
    contactMethods: contactMethods.filter(({ contactMethodId }) => contactMethodId !== data.contactMethodId),
  })))
  .on(CustomerAddressChanged, (row = nothingKnown, { data: { address } }) => ({ ...row, address }));

const nothingKnown: ContactPolicyRow = { consents: [], contactMethods: [] };

function answered(row: ContactPolicyRow, answer: ConsentRow): ContactPolicyRow {
  const others = row.consents.filter(({ purpose, channel }) => purpose !== answer.purpose || channel !== answer.channel);
  return { ...row, consents: [...others, answer] };
}
