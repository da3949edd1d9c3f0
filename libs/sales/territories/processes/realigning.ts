import { dispatch, end, process } from '#event-sourcing';
import { ReleaseCustomersFromTerritory } from '../commands/territories.js';
import { TerritoryRealigned } from '../domain/territory.js';

/** Takes customers out of the territory that another has taken them over from. An instance is a realignment. */
export const realigning = process<null>('realigning', null, { summary: 'Takes customers out of the territory that another has taken them over from.' })
  .startsOn(TerritoryRealigned, ({ id }) => id, (_, { data: { fromTerritoryId, customerIds } }) => [dispatch(ReleaseCustomersFromTerritory, { territoryId: fromTerritoryId, customerIds }), end()]);
