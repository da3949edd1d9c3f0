import type { EventType } from './domain-event.js';

/** A version of a policy, as the event that publishes it says. */
export interface PublishedVersion {
  version: number;
  /** From when on it applies, ISO 8601. Default: from when it was published (`occurredAt`). */
  effectiveFrom?: string;
}

/** What the policy of an aggregate is called, and the event that publishes a version of it. */
export interface PolicyDeclaration {
  readonly name: string;
  readonly type: EventType;
}
