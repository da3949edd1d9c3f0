import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray } from 'class-validator';
import { type CustomerState } from '#customers';
import { Command, decide, event, invalid, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';
import { CustomerPlacedInTerritory, CustomersLeftTerritory, Territory, TerritoryAssignedToRep, TerritoryDefined, territoryFound, TerritoryRealigned, type TerritoryState } from '../domain/territory.js';

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

export const placeCustomerInTerritory = decide(Territory, PlaceCustomerInTerritory, (command, state, _, { customer, present }) => {
  const { customerId, territoryId } = command;
  const { customerIds } = territoryFound(state, territoryId);
  refuseUnlessDealable(command, customer);
  if (customerIds.includes(customerId)) return [];
  if (present?.customerIds.includes(customerId)) throw wrongState('customer-elsewhere', `Customer ${customerId} is in territory ${customer!.assignment.territory}; send RealignTerritory to move it.`);
  return event(CustomerPlacedInTerritory, factsOf(command));
}, whereItIs);

/** The customer, and the territory that it was assigned to last, where that is one of these. */
async function whereItIs(command: PlaceCustomerInTerritory, stateOf: StateReader): Promise<{ customer: CustomerState; present: TerritoryState }> {
  const customer = await customerNamed(command, stateOf);
  const territory = customer?.assignment.territory;
  return { customer, present: territory === undefined ? null : await stateOf(Territory, territory) };
}

@Command({ summary: 'Takes customers over from another territory.', allow: ['manager'] })
export class RealignTerritory extends TerritoryCommand {
  @IsId() fromTerritoryId!: string;
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(10_000) @ArrayUnique() @IsId({ each: true }) customerIds!: string[];
  @IsText(500) reason!: string;
}

export const realignTerritory = decide(Territory, RealignTerritory, (command, state, _, from) => {
  territoryFound(state, command.territoryId);
  const { customerIds } = territoryFound(from, command.fromTerritoryId);
  if (command.territoryId === command.fromTerritoryId) throw invalid('same-territory', 'Name the other territory that the customers come from.');
  const strangers = command.customerIds.filter((id) => !customerIds.includes(id));
  if (strangers.length > 0) throw invalid('customer-elsewhere', `Not in territory ${command.fromTerritoryId}: ${strangers.slice(0, 10).join(', ')}. Leave them out, or name the territory that they are in.`);
  return event(TerritoryRealigned, factsOf(command));
}, ({ fromTerritoryId }: RealignTerritory, stateOf: StateReader) => stateOf(Territory, fromTerritoryId));

@Command({ summary: 'Customers belong to a territory no longer. Sent by itself when another takes them over.', allow: ['manager'] })
export class ReleaseCustomersFromTerritory extends TerritoryCommand {
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(10_000) @IsId({ each: true }) customerIds!: string[];
}

export const releaseCustomersFromTerritory = decide(Territory, ReleaseCustomersFromTerritory, ({ territoryId, customerIds: leaving }, state) => {
  const customerIds = territoryFound(state, territoryId).customerIds.filter((id) => leaving.includes(id));
  return customerIds.length === 0 ? [] : event(CustomersLeftTerritory, { territoryId, customerIds });
});
