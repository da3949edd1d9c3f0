import { DomainEvent, Personal } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.
// `name` is the customer's name on that day, so that lists of the few need no row for everybody.

/** "Customer" in the broad sense: whoever the firm deals with. */
export const PARTY_ROLES = ['consumer', 'user', 'supplier', 'distributor', 'agent', 'partner', 'department', 'branch'] as const;
export type PartyRole = (typeof PARTY_ROLES)[number];

@DomainEvent()
export class PartyRoleGranted {
  customerId!: string;
  @Personal() name!: string;
  role!: PartyRole;
}

@DomainEvent()
export class PartyRoleRevoked {
  customerId!: string;
  role!: PartyRole;
  @Personal() reason?: string;
}

@DomainEvent()
export class CustomerBlacklisted {
  customerId!: string;
  @Personal() name!: string;
  @Personal() reason!: string;
}

@DomainEvent()
export class CustomerRemovedFromBlacklist {
  customerId!: string;
  @Personal() reason!: string;
}

@DomainEvent()
export class KeyAccountDesignated {
  customerId!: string;
  @Personal() name!: string;
  @Personal() reason!: string;
  /** Ids of the events that speak for it. */
  evidenceEventIds!: string[];
}

@DomainEvent()
export class KeyAccountReleased {
  customerId!: string;
  @Personal() reason!: string;
  /** Ids of the events that speak for it. */
  evidenceEventIds!: string[];
}
