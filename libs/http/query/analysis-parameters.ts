import { AXES, INTERVALS, InvalidQuery, momentFrom, type AnalysisQuestion, type SeriesQuestion, type SeriesSpan } from '#event-sourcing';
import { freshnessOf, momentsOf, one, type Parameters } from './parameters.js';

const EARLIER = ['from', 'fromKnownAt'];
const QUESTION = ['after', 'timeout', 'asOf', 'knownAt', 'policiesAsOf', ...EARLIER];
const SPAN = ['first', 'last', 'every', 'by', 'knownAt', 'policiesAsOf', ...EARLIER];

/** Of which moment, compared with which, and the analysis's own parameters: all that are not listed. @throws InvalidQuery @throws Rejection */
export function analysisQuestion(parameters: Parameters, ...others: string[]): AnalysisQuestion {
  return { ...freshnessOf(parameters), ...earlierOf(parameters), parameters: ownOf(parameters, [...QUESTION, ...others]) };
}

/** Which days of a series, and the analysis's own parameters. @throws InvalidQuery @throws Rejection */
export function seriesQuestion(parameters: Parameters, ...others: string[]): SeriesQuestion {
  const [first, last, knownAt] = ['first', 'last', 'knownAt'].map((name) => one(parameters, name));
  const span: SeriesSpan = {
    ...(first !== undefined && { first }), ...(last !== undefined && { last }), ...(knownAt !== undefined && { knownAt: momentFrom({ knownAt }).knownAt! }),
    ...choice(parameters, 'every', INTERVALS), ...choice(parameters, 'by', AXES),
  };
  const { policies } = momentsOf({ policiesAsOf: parameters['policiesAsOf'] });
  return { span, ...(policies && { policies }), ...earlierOf(parameters), parameters: ownOf(parameters, [...SPAN, ...others]) };
}

function earlierOf(parameters: Parameters) {
  const [asOf, knownAt] = EARLIER.map((name) => one(parameters, name));
  return asOf === undefined && knownAt === undefined ? {} : { from: momentFrom({ asOf, knownAt }) };
}

function choice<Name extends string, Value extends string>(parameters: Parameters, name: Name, values: readonly Value[]): Partial<Record<Name, Value>> {
  const given = one(parameters, name);
  if (given === undefined) return {};
  const value = values.find((each) => each === given);
  if (!value) throw new InvalidQuery(`${name} must be one of ${values.join(', ')}, not "${given}".`);
  return { [name]: value } as Partial<Record<Name, Value>>;
}

function ownOf(parameters: Parameters, known: readonly string[]): Record<string, string> {
  const own: Record<string, string> = {};
  for (const name of Object.keys(parameters)) {
    const value = known.includes(name) ? undefined : one(parameters, name);
    if (value !== undefined) own[name] = value;
  }
  return own;
}
