import { type Answer, type Engine, type SupposedDifference } from '#event-sourcing';
import { analysisQuestion } from './analysis-parameters.js';
import { differencesOf, whatIfRequest, type Parameters } from './parameters.js';
import { policyQuestion } from './policy-question.js';
import { RequestProblem } from '../problems.js';

/** Which rows of a view or of an analysis would be others by the policies in the body. @throws RequestProblem @throws InvalidQuery */
export function whatIf({ commands, views, analyses }: Engine, name: string, body: unknown, parameters: Parameters): Promise<Answer<{ items: SupposedDifference[]; next?: string }>> {
  const question = policyQuestion(body, commands.all());
  if (!analyses.all().some((analysis) => analysis.name === name)) return views.whatIf(name, question, whatIfRequest(parameters));
  if (parameters['policiesAsOf'] !== undefined) throw new RequestProblem('invalid-request', 'The policies are those of the body; leave policiesAsOf out.');
  return analyses.whatIf(name, question, { ...analysisQuestion(parameters, 'fields', 'limit', 'cursor'), ...differencesOf(parameters) });
}
