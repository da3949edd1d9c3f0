import { aggregate, DomainEvent, notFound, onKnown, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.
// In which territory a customer is, the customer's own stream decides (CustomerAssigned): it cannot be in two.

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

/** Customers are to go from one territory to another; each does if it is still there when its turn comes. */
@DomainEvent()
export class TerritoryRealigned {
  /** Where they go. */
  territoryId!: string;
  fromTerritoryId!: string;
  customerIds!: string[];
  @Plain() reason!: string;
}

export interface KnownTerritory {
  name: string;
  representativeId?: string;
}

/** Null: none was defined under this id. */
export type TerritoryState = KnownTerritory | null;

export const Territory = aggregate<'territory', TerritoryState>('territory', null)
  .on(TerritoryDefined, (_, { name }) => ({ name }))
  .on(TerritoryAssignedToRep, onKnown<KnownTerritory>()((_, { representativeId }) => ({ representativeId })))
  .on(TerritoryRealigned, (territory) => territory);

/** @throws Rejection `territory-not-found` */
export function territoryFound(state: TerritoryState, territoryId: string): KnownTerritory {
  if (!state) throw notFound('territory-not-found', `There is no territory ${territoryId}; define it first, or correct the id.`);
  return state;
}
