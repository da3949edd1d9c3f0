import { InvalidQuery, type Filter, type Pipeline } from '#event-sourcing';
import safeRegex from 'safe-regex2';
import { isObject } from '../json.js';

/** Stages of a pipeline that only read the view that is asked, one pass each. */
export const STAGES = [
  '$match', '$project', '$set', '$addFields', '$unset', '$group', '$sort', '$limit', '$skip', '$unwind', '$count', '$sortByCount',
  '$bucket', '$bucketAuto', '$facet', '$replaceRoot', '$replaceWith',
] as const;

export const MAX_STAGES = 20;
const MAX_PATTERN = 200;
/** More `*`, `+` and `{}` than this in one pattern can take time without end on one text. */
const MAX_REPETITIONS = 4;

/** Operators that run code, make values without end, or build patterns that cannot be checked beforehand. */
const FORBIDDEN = new Set([
  '$where', '$function', '$accumulator', '$jsonSchema', '$range', '$reduce', '$regexMatch', '$regexFind', '$regexFindAll', '$rand', '$sampleRate',
]);

/** Filters are answered in the process itself, so they only compare; what has to be computed first goes into a pipeline. */
const FORBIDDEN_IN_FILTERS = new Set([...FORBIDDEN, '$expr']);

/** @throws InvalidQuery an operator or a pattern is not allowed. */
export function checkFilter(filter: Filter): Filter {
  checkOperators(filter, FORBIDDEN_IN_FILTERS);
  return filter;
}

/** @throws InvalidQuery a stage, an operator or a pattern is not allowed; the message lists the stages that are. */
export function checkPipeline(pipeline: unknown): Pipeline {
  if (!Array.isArray(pipeline)) throw new InvalidQuery(`A pipeline is an array of stages, such as [{"$group":{"_id":"$kind","count":{"$sum":1}}}].`);
  checkStages(pipeline);
  checkOperators(pipeline, FORBIDDEN);
  return pipeline as Pipeline;
}

function checkStages(pipeline: readonly unknown[]): void {
  if (pipeline.length > MAX_STAGES) throw new InvalidQuery(`A pipeline has at most ${MAX_STAGES} stages, not ${pipeline.length}.`);
  for (const stage of pipeline) {
    const [name, ...others] = isObject(stage) ? Object.keys(stage) : [];
    if (name === undefined || others.length > 0) throw new InvalidQuery(`A stage is an object with one field. Stages: ${STAGES.join(', ')}.`);
    if (!STAGES.includes(name as (typeof STAGES)[number])) throw new InvalidQuery(`The stage ${name} is not allowed. Stages: ${STAGES.join(', ')}.`);
    if (name === '$facet') checkFacets((stage as { $facet: unknown }).$facet);
  }
}

function checkFacets(facets: unknown): void {
  const pipelines = isObject(facets) ? Object.values(facets) : [undefined];
  for (const pipeline of pipelines) {
    if (!Array.isArray(pipeline)) throw new InvalidQuery('$facet takes an object with a pipeline, an array of stages, in each field.');
    checkStages(pipeline);
  }
}

function checkOperators(part: unknown, forbidden: ReadonlySet<string>): void {
  if (typeof part !== 'object' || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    if (forbidden.has(key)) throw new InvalidQuery(`The operator ${key} is not allowed here. Not allowed are: ${[...forbidden].join(', ')}.`);
    if (key === '$regex') checkPattern(value);
    checkOperators(value, forbidden);
  }
}

function checkPattern(pattern: unknown): void {
  if (typeof pattern !== 'string' || pattern.length > MAX_PATTERN) throw new InvalidQuery(`$regex takes a text of at most ${MAX_PATTERN} characters.`);
  if (!safeRegex(pattern, { limit: MAX_REPETITIONS })) {
    throw new InvalidQuery(`The pattern ${JSON.stringify(pattern)} is malformed or could take too long: no repetition inside a repetition, at most ${MAX_REPETITIONS} of them.`);
  }
}
