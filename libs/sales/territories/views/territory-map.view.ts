import { CustomerAssigned } from '#customers';
import { onRow, view } from '#event-sourcing';
import { TerritoryAssignedToRep, TerritoryDefined, TerritoryRealigned } from '../domain/territory.js';

export interface TerritoryRow {
  /** Absent: customers were assigned to it, and it is not defined. */
  name?: string;
  representativeId?: string;
  since?: string;
  customerIds: string[];
  /** How often it took customers over from another territory, or gave some to one. */
  realignments: number;
}

const unnamed: TerritoryRow = { customerIds: [], realignments: 0 };

export const territoryMap = view<TerritoryRow>('territory_map', {
  version: 3,
  summary: 'Every territory with its representative and customers; those of a day with asOf.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ representativeId: 1 }, { customerIds: 1 }],
})
  .key(({ data }) => data.territoryId)
  .on(TerritoryDefined, (row = unnamed, { data: { name } }) => ({ ...row, name }))
  .on(TerritoryAssignedToRep, onRow((_, { data: { representativeId }, occurredAt }) => ({ representativeId, since: occurredAt })))
  .on(CustomerAssigned, ({ data }) => territoriesOf(data), (row = unnamed, { data }, key) => {
    const others = row.customerIds.filter((id) => id !== data.customerId);
    return { ...row, customerIds: data.assignment.territory === key ? [...others, data.customerId] : others };
  })
  .on(TerritoryRealigned, ({ data }) => [data.territoryId, data.fromTerritoryId], onRow((row) => ({ realignments: row.realignments + 1 })));

/** Where a customer is and was, where these are two. */
function territoriesOf({ assignment: { territory }, formerTerritory }: CustomerAssigned): string[] {
  return territory === formerTerritory ? [] : [territory, formerTerritory].filter((each) => each !== undefined);
}
