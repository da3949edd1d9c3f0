import { aggregate, DomainEvent, notFound, onKnown, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

@DomainEvent()
export class TerritoryDefined {
  territoryId!: string;
  @Plain() name!: string;
}

@DomainEvent()
export class TerritoryAssignedToRep {
  territoryId!: string;
  representativeId!: string;
  formerRepresentativeId?: string;
}

@DomainEvent()
export class CustomerPlacedInTerritory {
  territoryId!: string;
  customerId!: string;
}

/** Customers went from one territory to another. */
@DomainEvent()
export class TerritoryRealigned {
  /** Where they are now. */
  territoryId!: string;
  fromTerritoryId!: string;
  customerIds!: string[];
  @Plain() reason!: string;
}

/** The other side of a realignment. */
@DomainEvent()
export class CustomersLeftTerritory {
  territoryId!: string;
  customerIds!: string[];
}

export interface KnownTerritory {
  name: string;
  representativeId?: string;
  customerIds: string[];
}

/** Null: none was defined under this id. */
export type TerritoryState = KnownTerritory | null;

const on = onKnown<KnownTerritory>();
const together = (one: readonly string[], more: readonly string[]): string[] => [...new Set([...one, ...more])];

export const Territory = aggregate<'territory', TerritoryState>('territory', null)
  .on(TerritoryDefined, (_, { name }) => ({ name, customerIds: [] }))
  .on(TerritoryAssignedToRep, on((_, { representativeId }) => ({ representativeId })))
  .on(CustomerPlacedInTerritory, on(({ customerIds }, { customerId }) => ({ customerIds: together(customerIds, [customerId]) })))
  .on(TerritoryRealigned, on((territory, { customerIds }) => ({ customerIds: together(territory.customerIds, customerIds) })))
  .on(CustomersLeftTerritory, on((territory, { customerIds }) => ({ customerIds: territory.customerIds.filter((id) => !customerIds.includes(id)) })));

/** @throws Rejection `territory-not-found` */
export function territoryFound(state: TerritoryState, territoryId: string): KnownTerritory {
  if (!state) throw notFound('territory-not-found', `There is no territory ${territoryId}; define it first, or correct the id.`);
  return state;
}
