import { PutCustomerInTerritory } from '#customers';
import { dispatch, end, process } from '#event-sourcing';
import { TerritoryRealigned } from '../domain/territory.js';

/**
 * Moves customers from territory to territory, each by a decision of its own: of two realignments that name a customer
 * at the same time the first moves it, and the other is refused and leaves it where it is. An instance is a customer.
 */
export const realigning = process<null>('realigning', null, { summary: 'Moves customers of a realignment, each from where it is.' })
  .startsOn(TerritoryRealigned, ({ data }) => data.customerIds, (_, { data: { territoryId, fromTerritoryId }, occurredAt }, { id }) => [
    dispatch(PutCustomerInTerritory, { customerId: id, territory: territoryId, from: fromTerritoryId, occurredAt }), end(),
  ])
  .onRejected(PutCustomerInTerritory, () => []);
