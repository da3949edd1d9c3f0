import { plainToInstance } from 'class-transformer';
import { type Decision, type PolicyQuestion } from '#event-sourcing';
import { isObject } from '../json.js';
import { RequestProblem } from '../problems.js';

const PUBLISHED = ['replaced', 'kept'] as const;
const MAX_POLICIES = 100;

/**
 * Policies as somebody writes them down: `{"policies":[{"command":"PublishLifecyclePolicy","rules":{…}}],"published":"kept"}`,
 * or only the list, or only the one policy.
 * @throws RequestProblem
 */
export function policyQuestion(body: unknown, decisions: readonly Decision[]): PolicyQuestion {
  const { policies, published = 'replaced', ...others } = asked(body);
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw wrong(`"${unknown.join('", "')}" is unknown here`);
  if (!PUBLISHED.includes(published as never)) throw wrong('published is "replaced" or "kept"');
  if (!Array.isArray(policies) || policies.length === 0 || policies.length > MAX_POLICIES) throw wrong(`policies is a list of 1 to ${MAX_POLICIES}`);
  return { policies: policies.map((policy: unknown) => commandOf(policy, decisions)), published: published as PolicyQuestion['published'] };
}

function asked(body: unknown): { policies?: unknown; published?: unknown } {
  if (Array.isArray(body)) return { policies: body };
  if (!isObject(body)) throw wrong('it is none');
  return 'command' in body ? { policies: [body] } : body;
}

function commandOf(policy: unknown, decisions: readonly Decision[]): object {
  const { command: name, ...fields } = isObject(policy) ? policy : { command: undefined };
  const publishing = decisions.filter(({ aggregate }) => aggregate.published);
  const decision = publishing.find(({ command }) => command.name === name);
  if (!decision) throw wrong(`each policy names the command that would publish it: ${publishing.map(({ command }) => command.name).join(', ') || 'there is none'}`);
  return plainToInstance(decision.command as new () => object, fields);
}

function wrong(why: string): RequestProblem {
  return new RequestProblem('invalid-request', `The policies are asked with a JSON object such as {"policies":[{"command":"PublishLifecyclePolicy","lifecyclepolicyId":"default","rules":{…}}],"published":"replaced"}; ${why}.`);
}
