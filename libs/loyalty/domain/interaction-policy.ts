import { aggregate, DomainEvent, Plain } from '#event-sourcing';
import type { Channel } from '#customers';
import type { PolicyState, PolicyVersion } from './policies.js';

/** How customers of a tier are looked after. */
export interface InteractionMode {
  /** Name of a tier of the value policy. */
  tier: string;
  /** From the most welcome one. */
  channels: Channel[];
  contactsPerYear: number;
  /** In words: a representative of their own, self-service. */
  service: string;
}

export interface InteractionRules {
  modes: InteractionMode[];
}

/** The mode of interaction of each tier of customers. */
@DomainEvent()
export class InteractionPolicyDefined implements PolicyVersion<InteractionRules> {
  version!: number;
  effectiveFrom!: string;
  @Plain() rules!: InteractionRules;
  @Plain() reason?: string;
}

export const InteractionPolicy = aggregate<'interactionpolicy', PolicyState<InteractionRules>>('interactionpolicy', {})
  .on(InteractionPolicyDefined, (_, { version, effectiveFrom, rules }) => ({ newest: { version, effectiveFrom, rules } }))
  .policy('interaction', InteractionPolicyDefined);
