import { aggregate, DomainEvent, invalid, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What rules look at: leads have no kind and no territory, customers no source and no offering. */
export interface AssignmentFacts {
  source?: string;
  country?: string;
  region?: string;
  industry?: string;
  offeringId?: string;
  kind?: string;
  territory?: string;
}

/** Holds where each condition names the value of the lead or customer; a rule without conditions holds always. */
export interface AssignmentRule {
  ruleId: string;
  conditions: Partial<Record<keyof AssignmentFacts, string[]>>;
  /** Of several each lead or customer gets one, always the same for the same. */
  representativeIds: string[];
}

/** Why a lead or customer was given to somebody. */
export interface RuleApplied {
  ruleId: string;
  /** Version of the rules. */
  version: number;
  facts: AssignmentFacts;
}

/** All rules, in the order in which they are asked. */
@DomainEvent()
export class AssignmentRulesPublished {
  assignmentrulesId!: string;
  version!: number;
  @Plain() rules!: AssignmentRule[];
  @Plain() reason?: string;
}

/** Null: none were published. */
export type AssignmentRulesState = { version: number; rules: AssignmentRule[] } | null;

export const AssignmentRules = aggregate<'assignmentrules', AssignmentRulesState>('assignmentrules', null)
  .on(AssignmentRulesPublished, (_, { version, rules }) => ({ version, rules }))
  .policy('lead-assignment', AssignmentRulesPublished);

/** There is one set of rules. */
export const RULES = 'default';

const holds = ({ conditions }: AssignmentRule, facts: AssignmentFacts): boolean =>
  Object.entries(conditions).every(([field, values]) => values.includes(facts[field as keyof AssignmentFacts] ?? ''));

/**
 * The first rule that holds and names somebody who has not left, and whom.
 * @param about what is assigned, for the error: `lead l1`.
 * @throws Rejection `no-rule-holds`
 */
export function assignedBy(state: AssignmentRulesState, about: string, id: string, facts: AssignmentFacts, left: ReadonlySet<string> = new Set()): { representativeId: string; rule: RuleApplied } {
  const { version, rules } = state ?? { version: 0, rules: [] };
  const present = rules.map((rule) => ({ ...rule, representativeIds: rule.representativeIds.filter((each) => !left.has(each)) }));
  const rule = present.find((each) => each.representativeIds.length > 0 && holds(each, facts));
  if (!rule) throw invalid('no-rule-holds', `None of the ${rules.length} rules of version ${version} holds for ${about}; publish one that does, or assign it without rules.`, { facts });
  const { ruleId, representativeIds } = rule;
  return { representativeId: representativeIds[spread(id) % representativeIds.length]!, rule: { ruleId, version, facts } };
}

/** A number that is the same for the same text and spreads texts evenly (FNV-1a, 32 bits). */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}
