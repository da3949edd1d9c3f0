import { isDeepStrictEqual } from 'node:util';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, Equals, IsArray, IsOptional, IsString, Length } from 'class-validator';
import { Command, decide, event, notFound, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsKeyword, IsListOf, IsNested, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { Representative } from '../../team/domain/representative.js';
import { AssignmentRules, AssignmentRulesPublished, RULES } from '../domain/assignment.js';

const IsOneOf = (): PropertyDecorator => {
  const rules = [IsOptional(), IsArray(), ArrayMinSize(1), ArrayMaxSize(100), IsString({ each: true }), Length(1, 100, { each: true })];
  return (target, property) => rules.forEach((rule) => rule(target, property));
};

/** Of a lead or customer: each that is given must name its value. */
export class ConditionFields {
  @IsOneOf() source?: string[];
  @IsOneOf() country?: string[];
  @IsOneOf() region?: string[];
  @IsOneOf() industry?: string[];
  @IsOneOf() offeringId?: string[];
  /** Of a customer: `person`, `organisation` … */
  @IsOneOf() kind?: string[];
  /** In which a customer is. */
  @IsOneOf() territory?: string[];
}

export class AssignmentRuleFields {
  @IsKeyword() ruleId!: string;
  @IsNested(() => ConditionFields) conditions!: ConditionFields;
  /** Of several each lead or customer gets one, always the same for the same. */
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(500) @ArrayUnique() @IsId({ each: true }) representativeIds!: string[];
}

@Command({ summary: 'Publishes the next version of the rules by which leads and customers are given to representatives; the first that holds counts.', allow: ['manager'] })
export class PublishAssignmentRules extends SalesCommand {
  /** There is one set of rules: `default`. */
  @Equals(RULES) assignmentrulesId!: string;
  @IsListOf(() => AssignmentRuleFields, { most: 200 }) rules!: AssignmentRuleFields[];
  @IsOptional() @IsText(500) reason?: string;
}

async function unknownOf({ rules }: PublishAssignmentRules, stateOf: StateReader): Promise<string[]> {
  const ids = [...new Set(rules.flatMap(({ representativeIds }) => representativeIds))];
  const states = await Promise.all(ids.map((id) => stateOf(Representative, id)));
  return ids.filter((_, index) => states[index] === null);
}

export const publishAssignmentRules = decide(AssignmentRules, PublishAssignmentRules, (command, state, _, unknown) => {
  if (unknown.length > 0) throw notFound('representative-not-found', `There are no representatives ${unknown.join(', ')}; register them first, or correct the ids.`);
  const { rules, ...rest } = factsOf(command);
  const published = rules.map((rule) => ({ ...rule, conditions: { ...rule.conditions } }));
  return isDeepStrictEqual(state?.rules, published) ? [] : event(AssignmentRulesPublished, { ...rest, version: (state?.version ?? 0) + 1, rules: published });
}, unknownOf);
