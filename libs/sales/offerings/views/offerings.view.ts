import { onRow, view } from '#event-sourcing';
import { OfferingDefined, OfferingRetired, type OfferingKind } from '../domain/offering.js';

export interface OfferingRow {
  name: string;
  kind: OfferingKind;
  series?: string;
  since: string;
  retiredAt?: string;
}

export const offerings = view<OfferingRow>('offerings', {
  version: 1,
  summary: 'The products and services that the firm sells, and sold.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: [],
  record: null,
  indexes: [{ series: 1 }],
})
  .key(({ data }) => data.offeringId)
  .on(OfferingDefined, (_, { data: { offeringId: __, ...said }, occurredAt }) => ({ ...said, since: occurredAt }))
  .on(OfferingRetired, onRow((_, { occurredAt }) => ({ retiredAt: occurredAt })));
