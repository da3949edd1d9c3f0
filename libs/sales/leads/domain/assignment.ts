import { aggregate, DomainEvent, invalid, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What rules look at. */
export interface LeadFacts {
  source: string;
  country?: string;
  region?: string;
  industry?: string;
  offeringId?: string;
}

/** Holds where each condition names the value of the lead; a rule without conditions holds always. */
export interface AssignmentRule {
  ruleId: string;
  conditions: Partial<Record<keyof LeadFacts, string[]>>;
  /** Of several each lead gets one, always the same for the same lead. */
  representativeIds: string[];
}

/** Why a lead was given to somebody. */
export interface RuleApplied {
  ruleId: string;
  /** Version of the rules. */
  version: number;
  facts: LeadFacts;
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

const holds = ({ conditions }: AssignmentRule, facts: LeadFacts): boolean =>
  Object.entries(conditions).every(([field, values]) => values.includes(facts[field as keyof LeadFacts] ?? ''));

/**
 * The first rule that holds, and whom it names.
 * @throws Rejection `no-rule-holds`
 */
export function assignedBy(state: AssignmentRulesState, leadId: string, facts: LeadFacts): { representativeId: string; rule: RuleApplied } {
  const { version, rules } = state ?? { version: 0, rules: [] };
  const rule = rules.find((each) => holds(each, facts));
  if (!rule) throw invalid('no-rule-holds', `None of the ${rules.length} rules of version ${version} holds for lead ${leadId}; publish one that does, or send AssignLead.`, { facts });
  const { ruleId, representativeIds } = rule;
  return { representativeId: representativeIds[spread(leadId) % representativeIds.length]!, rule: { ruleId, version, facts } };
}

/** A number that is the same for the same text and spreads texts evenly (FNV-1a, 32 bits). */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}
