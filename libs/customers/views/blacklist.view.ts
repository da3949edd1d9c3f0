import { onRow, view } from '#event-sourcing';
import { CustomerRenamed } from '../domain/customer.js';
import { CustomerBlacklisted, CustomerRemovedFromBlacklist } from '../domain/standing.js';

export interface BlacklistRow {
  name: string;
  since: string;
  reason: string;
  listedBy: string;
}

export const blacklist = view<BlacklistRow>('blacklist', {
  version: 1,
  summary: 'Customers that the firm does not deal with, since when and why.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['name', 'reason'],
  record: '_id',
  indexes: [{ since: -1 }],
})
  .key((event) => event.data.customerId)
  .on(CustomerBlacklisted, (_, { data: { name, reason }, occurredAt, metadata }) => ({ name, since: occurredAt, reason, listedBy: metadata.actor }))
  .on(CustomerRemovedFromBlacklist, () => undefined)
  .on(CustomerRenamed, onRow((_, { data: { name } }) => ({ name })));
