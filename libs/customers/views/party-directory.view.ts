import { onRow, view } from '#event-sourcing';
import { CustomerRenamed } from '../domain/customer.js';
import { PartyRoleGranted, PartyRoleRevoked, type PartyRole } from '../domain/standing.js';

export interface PartyRow {
  name: string;
  roles: { role: PartyRole; since: string }[];
}

export const partyDirectory = view<PartyRow>('party_directory', {
  version: 2,
  summary: 'Suppliers, distributors, agents, partners … : everybody with a role. Filter by `roles.role`.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['name'],
  record: '_id',
  indexes: [{ 'roles.role': 1, name: 1 }],
})
  .key((event) => event.data.customerId)
  .on(PartyRoleGranted, (row, { data: { name, role }, occurredAt }) => ({ name, roles: [...(row?.roles ?? []).filter((held) => held.role !== role), { role, since: occurredAt }] }))
  .on(PartyRoleRevoked, (row, { data }) => {
    const roles = row?.roles.filter(({ role }) => role !== data.role) ?? [];
    return row && roles.length > 0 ? { ...row, roles } : undefined;
  })
  .on(CustomerRenamed, onRow((_, { data: { name } }) => ({ name })));
