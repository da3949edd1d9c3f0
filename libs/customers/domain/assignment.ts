import { DomainEvent, event, Personal, Plain, type NewEvent } from '#event-sourcing';

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
  /** The territory that it was in before, be it the same; absent: none. */
  @Plain() formerTerritory?: string;
  /** The rule by which it was assigned, and the facts that it looked at; absent where somebody decided. */
  @Plain() rule?: RuleCited;
  @Personal() reason?: string;
}

/** A rule of a version, and what it was applied to. */
export interface RuleCited {
  ruleId: string;
  version: number;
  facts: object;
}

/** A customer is assigned otherwise than before. */
export function reassigned(customerId: string, { territory }: Assignment, assignment: Assignment, more: Pick<CustomerAssigned, 'reason' | 'rule'> = {}): NewEvent {
  return event(CustomerAssigned, { customerId, assignment, ...(territory !== undefined && { formerTerritory: territory }), ...more });
}

/** Whether an event about an assignment puts a customer in a territory in which it was not. */
export const entersTerritory = ({ assignment, formerTerritory }: CustomerAssigned): boolean => assignment.territory !== undefined && assignment.territory !== formerTerritory;

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
