import { PutCustomerInTerritory, TakeCustomerOutOfTerritory } from '#customers';
import { dispatch, end, process } from '#event-sourcing';
import { CustomerPlacedInTerritory, CustomersLeftTerritory, TerritoryRealigned } from '../domain/territory.js';

/** Has customers assigned to the territory that they are in, so that those may read them who hold a role for it. An instance is a customer. */
export const territoriesAssigning = process<null>('territoriesassigning', null, { summary: 'Assigns customers to the territory that they are in, for those who hold a role there.' })
  .startsOn(CustomerPlacedInTerritory, ({ data }) => data.customerId, (_, { data: { customerId, territoryId } }) => [dispatch(PutCustomerInTerritory, { customerId, territory: territoryId }), end()])
  .startsOn(TerritoryRealigned, ({ data }) => data.customerIds, (_, { data: { territoryId } }, { id }) => [dispatch(PutCustomerInTerritory, { customerId: id, territory: territoryId }), end()])
  .startsOn(CustomersLeftTerritory, ({ data }) => data.customerIds, (_, { data: { territoryId } }, { id }) => [dispatch(TakeCustomerOutOfTerritory, { customerId: id, territory: territoryId }), end()]);
