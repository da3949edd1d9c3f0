import { onRow, view } from '#event-sourcing';
import {
  CustomerDeactivated, CustomerReactivated, CustomerRegistered, CustomerRenamed, CustomerStatusChanged, type CustomerKind, type CustomerStatus,
} from '../domain/customer.js';
import { CustomerReparented, ParentCustomerAssigned, ParentCustomerRemoved } from '../domain/hierarchy.js';
import { CustomerLocated } from '../domain/reach.js';
import {
  CustomerBlacklisted, CustomerRemovedFromBlacklist, KeyAccountDesignated, KeyAccountReleased, PartyRoleGranted, PartyRoleRevoked, type PartyRole,
} from '../domain/standing.js';
import { CustomersMerged, CustomersUnmerged } from '../domain/merge.js';
import { searchable } from './rows.js';

export interface CustomerRow {
  name: string;
  /** The name in lower case: `{ searchName: { $regex: '^li' } }` uses its index. */
  searchName: string;
  kind: CustomerKind;
  /** `merged`: the same customer as `mergedInto`, whose row counts. */
  status: CustomerStatus | 'deactivated' | 'merged';
  /** Since when it is in the customer base. */
  since: string;
  country?: string;
  region?: string;
  city?: string;
  roles: PartyRole[];
  keyAccount: boolean;
  blacklisted: boolean;
  parentId?: string;
  mergedInto?: string;
}

export const customersView = view<CustomerRow>('customers', {
  version: 2,
  summary: 'Every customer in one line: search and lists.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service', 'partner'],
  personal: ['name', 'searchName'],
  record: '_id',
  indexes: [{ name: 1 }, { searchName: 1 }, { status: 1, searchName: 1 }, { since: -1 }, { country: 1, region: 1 }, { parentId: 1 }],
})
  .key((event) => event.data.customerId)
  .on(CustomerRegistered, (_, { data: { name, kind, status }, occurredAt }) => ({
    name, searchName: searchable(name), kind, status, since: occurredAt, roles: [], keyAccount: false, blacklisted: false,
  }))
  .on(CustomerRenamed, onRow((_, { data: { name } }) => ({ name, searchName: searchable(name) })))
  .on(CustomerStatusChanged, onRow((_, { data: { status } }) => ({ status })))
  .on(CustomerDeactivated, onRow(() => ({ status: 'deactivated' })))
  .on(CustomerReactivated, onRow((_, { data: { status } }) => ({ status })))
  .on(CustomerLocated, (row, { data: { customerId: _, ...location } }) => row && { ...withoutLocation(row), ...location })
  .on(PartyRoleGranted, onRow(({ roles }, { data }) => ({ roles: [...roles.filter((role) => role !== data.role), data.role] })))
  .on(PartyRoleRevoked, onRow(({ roles }, { data }) => ({ roles: roles.filter((role) => role !== data.role) })))
  .on(KeyAccountDesignated, onRow(() => ({ keyAccount: true })))
  .on(KeyAccountReleased, onRow(() => ({ keyAccount: false })))
  .on(CustomerBlacklisted, onRow(() => ({ blacklisted: true })))
  .on(CustomerRemovedFromBlacklist, onRow(() => ({ blacklisted: false })))
  .on(ParentCustomerAssigned, onRow((_, { data: { parentId } }) => ({ parentId })))
  .on(CustomerReparented, (row, { data: { customerId, parentId } }) => row && (parentId === customerId ? withoutParent(row) : { ...row, parentId }))
  .on(ParentCustomerRemoved, (row) => row && withoutParent(row))
  .on(CustomersMerged, (row, { data: { intoCustomerId, name, kind }, occurredAt }) => ({
    ...(row ?? { name, searchName: searchable(name), kind, since: occurredAt, roles: [], keyAccount: false, blacklisted: false }), status: 'merged', mergedInto: intoCustomerId,
  }))
  .on(CustomersUnmerged, (row, { data: { status } }) => row && { ...withoutMerge(row), status });

function withoutMerge({ mergedInto: _, ...row }: CustomerRow): CustomerRow {
  return row;
}

function withoutLocation({ country: _, region: __, city: ___, ...row }: CustomerRow): CustomerRow {
  return row;
}

function withoutParent({ parentId: _, ...row }: CustomerRow): CustomerRow {
  return row;
}
