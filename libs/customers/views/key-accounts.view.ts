import { onRow, view } from '#event-sourcing';
import { CustomerRenamed } from '../domain/customer.js';
import { KeyAccountDesignated, KeyAccountReleased } from '../domain/standing.js';

export interface KeyAccountRow {
  name: string;
  since: string;
  reason: string;
  /** Ids of the events that spoke for it. */
  evidenceEventIds: string[];
  designatedBy: string;
}

export const keyAccounts = view<KeyAccountRow>('key_accounts', {
  version: 1,
  summary: 'The key accounts, why each is one, and the events behind that.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['name', 'reason'],
  record: '_id',
  indexes: [{ since: -1 }],
})
  .key((event) => event.data.customerId)
  .on(KeyAccountDesignated, (_, { data: { name, reason, evidenceEventIds }, occurredAt, metadata }) => ({
    name, since: occurredAt, reason, evidenceEventIds, designatedBy: metadata.actor,
  }))
  .on(KeyAccountReleased, () => undefined)
  .on(CustomerRenamed, onRow((_, { data: { name } }) => ({ name })));
