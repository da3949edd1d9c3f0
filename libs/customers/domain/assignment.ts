import { DomainEvent, Personal, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** Who looks after a customer, and where in the firm it belongs. */
export interface Assignment {
  /** Who looks after it, as events name actors: `user:li-ming`. */
  owner?: string;
  team?: string;
  territory?: string;
  branch?: string;
}

@DomainEvent()
export class CustomerAssigned {
  customerId!: string;
  /** All of it: what is not named is nobody's from now on. */
  @Plain() assignment!: Assignment;
  @Personal() reason?: string;
}

/** Somebody who looks after none of our customers works on this one too, such as a partner. */
@DomainEvent()
export class CustomerShared {
  customerId!: string;
  /** As events name actors: `user:partner-7`. */
  @Plain() sharedWith!: string;
}

@DomainEvent()
export class CustomerUnshared {
  customerId!: string;
  @Plain() sharedWith!: string;
}

/** People who register a customer look after it until somebody else is named; machines do not. */
export const isPerson = (actor: string): boolean => actor.startsWith('user:');
