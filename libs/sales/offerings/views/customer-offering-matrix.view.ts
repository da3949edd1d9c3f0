import { view } from '#event-sourcing';
import { CustomerOfferingLinked, type OfferingLink } from '../domain/offering.js';

export interface CustomerOfferingRow {
  customerId: string;
  offeringId: string;
  /** Since when each tie is known. */
  links: Partial<Record<OfferingLink, string>>;
}

/** Keyed `customer/offering`. */
export const customerOfferingMatrix = view<CustomerOfferingRow>('customer_offering_matrix', {
  version: 1,
  summary: 'Which customer is interested in, uses, resells or supplies which product or service.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: 'customerId',
  indexes: [{ customerId: 1 }, { offeringId: 1 }],
}).on(CustomerOfferingLinked, ({ data }) => `${data.customerId}/${data.offeringId}`, (row, { data: { customerId, offeringId, link }, occurredAt }) => ({
  customerId, offeringId, links: { [link]: occurredAt, ...row?.links },
}));
