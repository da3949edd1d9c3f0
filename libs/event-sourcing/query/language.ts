import { InvalidQuery, type Filter, type FindOptions, type Pipeline } from '../ports/document-store.js';
import { ACCUMULATORS, EXPRESSIONS, FILTERS, LOGICAL, STAGES, WINDOW } from './operators.js';
import { compareValues, isObject } from './order.js';
import { isAboutValue, typeTest } from './predicates.js';

type Criteria = Record<string, unknown>;

/** Levels of objects and arrays that a query may have. */
const MAX_DEPTH = 32;

/** @throws InvalidQuery the filter is outside the language; the message names the operator or field. */
export function checkFilter(filter: Filter): void {
  checkDepth(filter);
  checkCriteria(filter);
}

/** @throws InvalidQuery a part of the options is outside the language. */
export function checkFindOptions({ filter, sort, projection, skip, limit }: FindOptions): void {
  if (filter) checkFilter(filter);
  if (sort) checkSort(sort, 'sort');
  if (projection) {
    checkDepth(projection);
    checkFields(projection, 'projection');
    checkExpression(projection, EXPRESSIONS);
  }
  if (skip !== undefined) checkWhole(skip, 0, 'skip');
  if (limit !== undefined) checkWhole(limit, 1, 'limit');
}

/** @throws InvalidQuery a stage, or something in it, is outside the language. */
export function checkPipeline(pipeline: Pipeline): void {
  demand(Array.isArray(pipeline), 'A pipeline must be an array of stages.');
  checkDepth(pipeline);
  checkStages(pipeline);
}

/** Tells whether a filter holds a pattern or an expression, whose time nobody can foresee. */
export function isUnbounded(filter: unknown): boolean {
  if (filter instanceof RegExp) return true;
  if (typeof filter !== 'object' || filter === null) return false;
  return Object.entries(filter).some(([field, value]) => field === '$regex' || field === '$expr' || isUnbounded(value));
}

function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvalidQuery(message);
}

function checkDepth(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return;
  demand(depth < MAX_DEPTH, `A query may be nested ${MAX_DEPTH} levels deep at the most.`);
  for (const part of Object.values(value)) checkDepth(part, depth + 1);
}

function checkWhole(value: unknown, least: number, name: string): void {
  demand(Number.isSafeInteger(value) && (value as number) >= least, `${name} must be a whole number of at least ${least}, not ${JSON.stringify(value)}.`);
}

function checkSort(sort: unknown, name: string): void {
  demand(isObject(sort), `${name} must be an object like { field: 1 }.`);
  checkFields(sort, name);
  for (const [field, direction] of Object.entries(sort)) {
    demand(direction === 1 || direction === -1, `${name} by ${field} must be 1 or -1, not ${JSON.stringify(direction)}.`);
  }
}

function checkFields(fields: object, name: string): void {
  for (const field of Object.keys(fields)) checkField(field, name);
}

function checkField(field: string, where: string): void {
  demand(!field.startsWith('$'), `${field} is not a field that ${where} can name.`);
  demand(field.split('.').every((part) => part !== '' && part !== '__proto__'), `"${field}" is not a path of fields.`);
}

function checkCriteria(criteria: unknown): void {
  demand(isObject(criteria), `A filter must be an object, not ${JSON.stringify(criteria)}.`);
  for (const [field, operand] of Object.entries(criteria)) {
    if (LOGICAL.has(field)) checkAlternatives(field, operand);
    else if (field === '$expr') checkExpression(operand, EXPRESSIONS);
    else {
      demand(!field.startsWith('$'), `${field} is not an operator that a filter may start with.`);
      checkField(field, 'a filter');
      checkCondition(operand);
    }
  }
}

function checkAlternatives(operator: string, operand: unknown): void {
  demand(Array.isArray(operand) && operand.length > 0, `${operator} needs an array of at least one filter.`);
  operand.forEach(checkCriteria);
}

/** What stands after a field: a value that it equals, or operators. */
function checkCondition(condition: unknown): void {
  if (!isObject(condition) || !Object.keys(condition).some((key) => key.startsWith('$'))) return;
  for (const [operator, operand] of Object.entries(condition)) {
    demand(FILTERS.has(operator), `${operator} is not an operator of filters.`);
    OPERANDS[operator]?.(operand, condition);
  }
}

const needArray = (operator: string) => (operand: unknown) => {
  demand(Array.isArray(operand), `${operator} needs an array.`);
  for (const member of operand as unknown[]) {
    const hasOperator = isObject(member) && Object.keys(member).some((key) => key.startsWith('$'));
    demand(!hasOperator, `${operator} takes values, not operators.`);
  }
};

const OPERANDS: Readonly<Record<string, (operand: unknown, condition: Criteria) => void>> = {
  $in: needArray('$in'),
  $nin: needArray('$nin'),
  $all: (operand) => {
    demand(Array.isArray(operand), '$all needs an array.');
    const matches = operand.filter((member) => isObject(member) && '$elemMatch' in member);
    demand(matches.length === 0 || matches.length === operand.length, '$all takes values or $elemMatch, not both.');
    matches.forEach(checkCondition);
    if (matches.length === 0) needArray('$all')(operand);
  },
  $size: (operand) => checkWhole(operand, 0, '$size'),
  $type: (operand) => {
    const types = [operand].flat();
    demand(types.length > 0 && types.every((type) => typeTest(type) !== undefined), `$type does not know ${JSON.stringify(operand)}.`);
  },
  $mod: (operand) => {
    const numbers = Array.isArray(operand) && operand.length === 2 && operand.every((n) => typeof n === 'number' && Number.isFinite(n));
    demand(numbers && Math.trunc((operand as number[])[0]!) !== 0, '$mod needs [divisor, remainder], the divisor not 0.');
  },
  $elemMatch: (operand) => {
    demand(isObject(operand), '$elemMatch needs an object.');
    if (isAboutValue(operand)) checkCondition(operand);
    else checkCriteria(operand);
  },
  $not: (operand) => {
    const operators = isObject(operand) && Object.keys(operand).length > 0 && Object.keys(operand).every((key) => key.startsWith('$'));
    demand(operators || operand instanceof RegExp, '$not needs operators or a pattern.');
    checkCondition(operand);
  },
  $regex: (operand, { $options }) => {
    demand(typeof operand === 'string' || operand instanceof RegExp, '$regex needs a pattern.');
    demand($options === undefined || (typeof $options === 'string' && /^[ims]*$/.test($options)), '$options may hold i, m and s.');
    checkPattern(operand, $options);
  },
  $options: (_, condition) => demand('$regex' in condition, '$options needs a $regex beside it.'),
};

function checkPattern(pattern: string | RegExp, options: string | undefined): void {
  try {
    new RegExp(pattern, options);
  } catch (error) {
    throw new InvalidQuery(`$regex cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function checkStages(pipeline: readonly unknown[], within?: string): void {
  for (const stage of pipeline) {
    demand(isObject(stage) && Object.keys(stage).length === 1, 'Each stage of a pipeline must be an object with one operator.');
    const [[name, operand]] = Object.entries(stage) as [[string, unknown]];
    demand(STAGES.has(name), `${name} is not a stage of pipelines.`);
    demand(within === undefined || name !== '$facet', `${name} cannot stand in ${within}.`);
    (STAGE_CHECKS[name] ?? checkAny)(operand, name);
  }
}

const ANY = new Set([...EXPRESSIONS, ...ACCUMULATORS]);
const checkAny = (operand: unknown): void => checkExpression(operand, ANY);

function checkUnwind(operand: unknown): void {
  const path = isObject(operand) ? operand.path : operand;
  demand(typeof path === 'string' && path.startsWith('$'), '$unwind needs a path that starts with $.');
  checkField(path.slice(1), '$unwind');
}

function checkFieldsAndExpressions(operand: unknown, name: string): void {
  demand(isObject(operand) && Object.keys(operand).length > 0, `${name} needs at least one field.`);
  checkFields(operand, name);
  checkAny(operand);
}

const STAGE_CHECKS: Readonly<Record<string, (operand: unknown, name: string) => void>> = {
  $match: checkCriteria,
  $sort: (operand) => {
    checkSort(operand, '$sort');
    demand(Object.keys(operand as object).length > 0, '$sort needs at least one field.');
  },
  $limit: (operand) => checkWhole(operand, 1, '$limit'),
  $skip: (operand) => checkWhole(operand, 0, '$skip'),
  $count: (operand) => {
    demand(typeof operand === 'string' && operand !== '' && !operand.includes('.'), '$count needs the name of a field.');
    checkField(operand, '$count');
  },
  $unwind: checkUnwind,
  $unset: (operand) => {
    const fields = [operand].flat();
    demand(fields.length > 0 && fields.every((field) => typeof field === 'string'), '$unset needs names of fields.');
    for (const field of fields) checkField(field, '$unset');
  },
  $set: checkFieldsAndExpressions,
  $addFields: checkFieldsAndExpressions,
  $project: checkFieldsAndExpressions,
  $group: (operand) => {
    demand(isObject(operand) && '_id' in operand, '$group needs an _id.');
    const { _id, ...fields } = operand;
    checkExpression(_id, EXPRESSIONS);
    checkAccumulators(fields, '$group', ACCUMULATORS);
  },
  $bucket: (operand) => {
    demand(isObject(operand) && 'groupBy' in operand, '$bucket needs groupBy and boundaries.');
    const { boundaries } = operand;
    demand(Array.isArray(boundaries) && boundaries.length > 1, '$bucket needs at least two boundaries.');
    const isAscending = boundaries.every((boundary, i) => i === 0 || compareValues(boundaries[i - 1], boundary) < 0);
    demand(isAscending, '$bucket needs its boundaries in ascending order.');
    checkAny(operand);
  },
  $facet: (operand) => {
    demand(isObject(operand) && Object.values(operand).every((pipeline) => Array.isArray(pipeline)), '$facet needs pipelines by name.');
    for (const pipeline of Object.values(operand)) checkStages(pipeline as unknown[], '$facet');
  },
  $setWindowFields: (operand) => {
    demand(isObject(operand) && isObject(operand.output), '$setWindowFields needs an output.');
    const { output, sortBy, partitionBy } = operand;
    if (sortBy !== undefined) checkSort(sortBy, '$setWindowFields');
    checkExpression(partitionBy, EXPRESSIONS);
    for (const [field, computed] of Object.entries(output)) {
      demand(isObject(computed), `$setWindowFields needs an operator for ${field}.`);
      const { window: _, ...operator } = computed;
      checkExpression(operator, new Set([...ANY, ...WINDOW]));
    }
  },
};

function checkAccumulators(fields: object, name: string, allowed: ReadonlySet<string>): void {
  for (const [field, accumulator] of Object.entries(fields)) {
    checkField(field, name);
    demand(!field.includes('.'), `The field ${field} of ${name} may hold no dot.`);
    const operators = isObject(accumulator) ? Object.keys(accumulator) : [];
    demand(operators.length === 1, `${name} needs one accumulator for ${field}.`);
    demand(allowed.has(operators[0]!), `${operators[0]} is not an accumulator.`);
    checkAny(accumulator);
  }
}

/** Looks through values for operators; what $literal holds is not looked at. */
function checkExpression(expression: unknown, allowed: ReadonlySet<string>): void {
  if (typeof expression !== 'object' || expression === null) return;
  for (const [key, value] of Object.entries(expression)) {
    const isOperator = !Array.isArray(expression) && key.startsWith('$');
    demand(!isOperator || allowed.has(key), `${key} is not an operator of expressions.`);
    demand(!isOperator || Object.keys(expression).length === 1, `${key} must stand alone in its object.`);
    if (key !== '$literal') checkExpression(value, allowed);
  }
}
