import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray } from 'class-validator';
import { Customer, dealable, reassigned } from '#customers';
import { Command, decide, event, invalid, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';
import { Territory, TerritoryAssignedToRep, TerritoryDefined, territoryFound, TerritoryRealigned, type TerritoryState } from '../domain/territory.js';

abstract class TerritoryCommand extends SalesCommand {
  @IsId() territoryId!: string;
}

@Command({ summary: 'Defines a territory, to which customers belong.', allow: ['manager'] })
export class DefineTerritory extends TerritoryCommand {
  @IsText(200) name!: string;
}

export const defineTerritory = decide(Territory, DefineTerritory, (command, state) => {
  if (state) throw wrongState('territory-already-defined', `Territory ${command.territoryId} is defined already; take another id.`);
  return event(TerritoryDefined, factsOf(command));
});

@Command({ summary: 'Gives a territory to a representative.', allow: ['manager'] })
export class AssignTerritoryToRep extends TerritoryCommand {
  @IsId() representativeId!: string;
}

export const assignTerritoryToRep = decide(Territory, AssignTerritoryToRep, (command, state, _, representative) => {
  const { representativeId: former } = territoryFound(state, command.territoryId);
  sellerOf(command.representativeId, representative);
  return former === command.representativeId ? [] : event(TerritoryAssignedToRep, { ...factsOf(command), ...(former !== undefined && { formerRepresentativeId: former }) });
}, representativeNamed);

@Command({ summary: 'Places a customer in a territory; to move some from another, send RealignTerritory.', allow: ['manager'] })
export class PlaceCustomerInTerritory extends TerritoryCommand {
  @IsId() customerId!: string;
}

export const placeCustomerInTerritory = decide(Customer, PlaceCustomerInTerritory, ({ customerId, territoryId }, state, _, territory) => {
  territoryFound(territory, territoryId);
  const { assignment } = dealable(state, customerId);
  if (assignment.territory === territoryId) return [];
  if (assignment.territory !== undefined) throw wrongState('customer-elsewhere', `Customer ${customerId} is in territory ${assignment.territory}; send RealignTerritory to move it.`);
  return reassigned(customerId, assignment, { ...assignment, territory: territoryId });
}, ({ territoryId }: PlaceCustomerInTerritory, stateOf: StateReader) => stateOf(Territory, territoryId));

@Command({ summary: 'Takes customers over from another territory.', allow: ['manager'] })
export class RealignTerritory extends TerritoryCommand {
  @IsId() fromTerritoryId!: string;
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(10_000) @ArrayUnique() @IsId({ each: true }) customerIds!: string[];
  @IsText(500) reason!: string;
}

export const realignTerritory = decide(Territory, RealignTerritory, (command, state, _, { from, strangers }) => {
  territoryFound(state, command.territoryId);
  territoryFound(from, command.fromTerritoryId);
  if (command.territoryId === command.fromTerritoryId) throw invalid('same-territory', 'Name the other territory that the customers come from.');
  if (strangers.length > 0) throw invalid('customer-elsewhere', `Not in territory ${command.fromTerritoryId}: ${strangers.slice(0, 10).join(', ')}. Leave them out, or name the territory that they are in.`);
  return event(TerritoryRealigned, factsOf(command));
}, whereTheyAre);

/** The territory that customers are to leave, and those who are not in it. */
async function whereTheyAre({ fromTerritoryId, customerIds }: RealignTerritory, stateOf: StateReader): Promise<{ from: TerritoryState; strangers: string[] }> {
  const [from, customers] = await Promise.all([stateOf(Territory, fromTerritoryId), Promise.all(customerIds.map((id) => stateOf(Customer, id)))]);
  return { from, strangers: customerIds.filter((_, index) => customers[index]?.assignment.territory !== fromTerritoryId) };
}
