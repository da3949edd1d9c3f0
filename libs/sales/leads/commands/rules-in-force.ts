import { type StateReader } from '#event-sourcing';
import { Representative } from '../../team/domain/representative.js';
import { AssignmentRules, RULES, type AssignmentRulesState } from '../domain/assignment.js';

/** The rules, and those whom they name and who have left. */
export async function rulesInForce(stateOf: StateReader): Promise<{ rules: AssignmentRulesState; left: ReadonlySet<string> }> {
  const rules = await stateOf(AssignmentRules, RULES);
  const named = [...new Set(rules?.rules.flatMap(({ representativeIds }) => representativeIds))];
  const states = await Promise.all(named.map((id) => stateOf(Representative, id)));
  return { rules, left: new Set(named.filter((_, index) => states[index]?.successorId !== undefined)) };
}
