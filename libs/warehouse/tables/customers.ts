import { view } from '#event-sourcing';
import {
  CustomerAssigned, CustomerBlacklisted, CustomerDeactivated, CustomerLocated, CustomerReactivated, CustomerRegistered, CustomerRemovedFromBlacklist,
  CustomersMerged, CustomersUnmerged, CustomerStatusChanged, KeyAccountDesignated, KeyAccountReleased, type Assignment,
} from '#customers';
import type { Source, Table } from '../model/table.js';

type Placed = { [Field in keyof Assignment | 'country' | 'region' | 'city']?: string | undefined };

/** What groups customers; nothing that names one. */
interface Described extends Placed {
  kind: string;
  status: string;
  registeredAt: string;
  keyAccount: boolean;
  blacklisted: boolean;
  mergedInto?: string;
}

export const dimCustomer: Table = {
  name: 'dim_customer',
  keyColumn: 'customer_id',
  summary: 'A customer as it is at the moment of the question: what groups customers, and nothing that names one.',
  columns: {
    customer_id: 'text', customer_kind: 'text', status: 'text', registered_at: 'time', country: 'text', region: 'text', city: 'text',
    representative: 'text', team: 'text', territory: 'text', branch: 'text', key_account: 'boolean', blacklisted: 'boolean', merged_into: 'text',
  },
};

const described = view<Described>('warehouse_customers', { version: 1, internal: true })
  .key(({ data }) => data.customerId)
  .on(CustomerRegistered, (row, { data: { kind, status }, occurredAt }) => ({ ...row, kind, status, registeredAt: occurredAt, keyAccount: false, blacklisted: false }))
  .on(CustomerStatusChanged, (row, { data: { status } }) => row && { ...row, status })
  .on(CustomerDeactivated, (row) => row && { ...row, status: 'deactivated' })
  .on(CustomerReactivated, (row, { data: { status } }) => row && { ...row, status })
  .on(CustomerLocated, (row, { data: { country, region, city } }) => row && { ...row, country, region, city })
  .on(CustomerAssigned, (row, { data: { assignment: { owner, team, territory, branch } } }) => row && { ...row, owner, team, territory, branch })
  .on(KeyAccountDesignated, (row) => row && { ...row, keyAccount: true })
  .on(KeyAccountReleased, (row) => row && { ...row, keyAccount: false })
  .on(CustomerBlacklisted, (row) => row && { ...row, blacklisted: true })
  .on(CustomerRemovedFromBlacklist, (row) => row && { ...row, blacklisted: false })
  .on(CustomersMerged, (row, { data: { kind, intoCustomerId }, occurredAt }) => ({
    ...(row ?? { kind, registeredAt: occurredAt, keyAccount: false, blacklisted: false }), status: 'merged', mergedInto: intoCustomerId,
  }))
  .on(CustomersUnmerged, (row, { data: { status } }) => row && { ...unmerged(row), status });

export const customerSource: Source = {
  tables: [dimCustomer],
  fold: described,
  turns: 'all',
  rows: (state, customerId) => {
    const { kind, status, registeredAt, country = null, region = null, city = null, owner = null, team = null, territory = null, branch = null, keyAccount, blacklisted, mergedInto = null } = state as Described;
    return [{
      table: dimCustomer.name,
      id: customerId,
      values: {
        customer_id: customerId, customer_kind: kind, status, registered_at: registeredAt, country, region, city,
        representative: owner, team, territory, branch, key_account: keyAccount, blacklisted, merged_into: mergedInto,
      },
    }];
  },
};

function unmerged({ mergedInto: _, ...row }: Described): Described {
  return row;
}
