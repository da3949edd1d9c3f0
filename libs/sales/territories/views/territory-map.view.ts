import { onRow, view } from '#event-sourcing';
import { CustomerPlacedInTerritory, CustomersLeftTerritory, TerritoryAssignedToRep, TerritoryDefined, TerritoryRealigned } from '../domain/territory.js';

export interface TerritoryRow {
  name: string;
  representativeId?: string;
  since?: string;
  customerIds: string[];
  /** How often customers came from or went to another territory. */
  realignments: number;
}

export const territoryMap = view<TerritoryRow>('territory_map', {
  version: 2,
  summary: 'Every territory with its representative and customers; those of a day with asOf.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ representativeId: 1 }, { customerIds: 1 }],
})
  .key(({ data }) => data.territoryId)
  .on(TerritoryDefined, (_, { data: { name } }) => ({ name, customerIds: [], realignments: 0 }))
  .on(TerritoryAssignedToRep, onRow((_, { data: { representativeId }, occurredAt }) => ({ representativeId, since: occurredAt })))
  .on(CustomerPlacedInTerritory, onRow(({ customerIds }, { data: { customerId } }) => ({ customerIds: [...customerIds, customerId] })))
  .on(CustomersLeftTerritory, onRow((row, { data: { customerIds } }) => ({ customerIds: row.customerIds.filter((id) => !customerIds.includes(id)) })))
  .on(TerritoryRealigned, ({ data }) => [data.territoryId, data.fromTerritoryId], (row, { data: { territoryId, customerIds } }, key) => row && {
    ...row, realignments: row.realignments + 1,
    customerIds: key === territoryId ? [...new Set([...row.customerIds, ...customerIds])] : row.customerIds.filter((id) => !customerIds.includes(id)),
  });
