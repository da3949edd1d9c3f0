import { type ContactState } from './contact.js';
import { type CustomerState } from './customer.js';

/** Where a customer gets mail; undefined where no address is known, or is known no longer because the person was erased. */
export const mailAddressOf = (customer: CustomerState): string | undefined =>
  customer?.contactMethods.find(({ type, retired, value }) => type === 'e-mail' && !retired && value.includes('@'))?.value;

/** The same of a contact person. */
export const mailAddressOfContact = (contact: ContactState): string | undefined => (contact?.email?.includes('@') ? contact.email : undefined);
