import { Query } from 'mingo/query';
import type { Options } from 'mingo/types';
import { compareValues, isObject, typeOrder } from './order.js';
import { pathOf, somePlace, someValue } from './paths.js';

/**
 * The predicates of filters as MongoDB defines them. mingo's own differ where a path goes through arrays (null, $size,
 * $type, $in with an array, $all with a single value), for null in ranges and in the order of values; they are
 * registered in mingo's place, so that every $match, $elemMatch and $not of mingo uses them.
 */

type Test = (value: unknown) => boolean;
type TestOf = (operand: unknown) => Test;
type Criteria = Record<string, unknown>;
/** The form that mingo calls: it gives the path and the operand, and gets the test of a document. */
type FilterOperator = (selector: string, operand: unknown, options: Options) => Test;

const isMissing: Test = (value) => value === null || value === undefined;

const equals: TestOf = (operand) => {
  if (isMissing(operand)) return isMissing;
  return typeof operand === 'object' ? (value) => compareValues(value, operand) === 0 : (value) => value === operand;
};

/** Ranges only hold between values of one type; null equals what is missing. */
const ordered =
  (holds: (order: number) => boolean): TestOf =>
  (operand) => {
    if (isMissing(operand)) return holds(0) ? isMissing : () => false;
    const type = typeOrder(operand);
    return (value) => typeOrder(value) === type && holds(compareValues(value, operand));
  };

const matchesPattern: TestOf = (operand) => {
  const pattern = operand as RegExp;
  // search() has no memory of an earlier match, unlike test() on a pattern with the flag g
  return (value) => typeof value === 'string' && value.search(pattern) >= 0;
};

const equalsOrMatches: TestOf = (operand) => (operand instanceof RegExp ? matchesPattern(operand) : equals(operand));

const isOneOf: TestOf = (operand) => {
  const wanted = operand as unknown[];
  const simple = new Set(wanted.filter((value) => typeof value !== 'object'));
  const tests = wanted.filter((value) => typeof value === 'object').map(equalsOrMatches);
  return (value) => simple.has(value) || tests.some((test) => test(value));
};

const hasRemainder: TestOf = (operand) => {
  const [divisor, remainder] = (operand as [number, number]).map(Math.trunc) as [number, number];
  return (value) => typeof value === 'number' && Math.trunc(value) % divisor === remainder;
};

const isInt: Test = (value) => Number.isInteger(value) && (value as number) === ((value as number) | 0) && !Object.is(value, -0);

/** Names and numbers of MongoDB's types. A whole number that fits 32 bits is stored as an int, every other number as a double. */
const TYPES: Readonly<Record<string, Test>> = {
  double: (value) => typeof value === 'number' && !isInt(value),
  string: (value) => typeof value === 'string',
  object: isObject,
  array: Array.isArray,
  bool: (value) => typeof value === 'boolean',
  date: (value) => value instanceof Date,
  null: (value) => value === null,
  int: isInt,
  number: (value) => typeof value === 'number',
  long: () => false,
  decimal: () => false,
};
const TYPE_NUMBERS: Readonly<Record<string, string>> = {
  1: 'double', 2: 'string', 3: 'object', 4: 'array', 8: 'bool', 9: 'date', 10: 'null', 16: 'int', 18: 'long', 19: 'decimal',
};

/** The test of a type by name or number; undefined where MongoDB has no such type. */
export const typeTest = (type: unknown): Test | undefined => TYPES[TYPE_NUMBERS[String(type)] ?? String(type)];

const isOfType: TestOf = (operand) => {
  const tests = [operand].flat().map((type) => typeTest(type)!);
  return (value) => tests.some((test) => test(value));
};

/** Operators that hold where one of the values at the path passes. */
const VALUE_TESTS: Readonly<Record<string, TestOf>> = {
  $eq: equals,
  $gt: ordered((order) => order > 0),
  $gte: ordered((order) => order >= 0),
  $lt: ordered((order) => order < 0),
  $lte: ordered((order) => order <= 0),
  $in: isOneOf,
  $type: isOfType,
  $mod: hasRemainder,
  $regex: matchesPattern,
};

/** Operators that look at an array as a whole. */
const PLACE_TESTS: Readonly<Record<string, (operand: unknown, options: Options) => Test>> = {
  $size: (operand) => (value) => Array.isArray(value) && value.length === operand,
  $elemMatch: (operand, options) => {
    const test = elementTest(operand as Criteria, options);
    return (value) => Array.isArray(value) && value.some(test);
  },
};

/** `{ $gt: 1, $lt: 5 }` is asked of an element itself, `{ price: 5 }` of the document that an element is. */
function elementTest(criteria: Criteria, options: Options): Test {
  if (!isAboutValue(criteria)) {
    const query = new Query(criteria, options);
    return (element) => typeof element === 'object' && element !== null && query.test(element as Criteria);
  }
  const tests = Object.entries(withPattern(criteria)).map(([operator, operand]) => valueTest(operator, operand, options));
  return (element) => tests.every((test) => test(element));
}

const LOGICAL = new Set(['$and', '$or', '$nor', '$expr']);

/** Tells whether an $elemMatch asks of elements themselves. */
export function isAboutValue(criteria: Criteria): boolean {
  const first = Object.keys(criteria)[0];
  return first !== undefined && first.startsWith('$') && !LOGICAL.has(first);
}

function valueTest(operator: string, operand: unknown, options: Options): Test {
  if (operator === '$ne') return not(equals(operand));
  if (operator === '$nin') return not(isOneOf(operand));
  if (operator === '$not') return not(operand instanceof RegExp ? matchesPattern(operand) : elementTest(operand as Criteria, options));
  if (operator === '$exists') return () => Boolean(operand);
  if (operator === '$all') return allOf(operand as unknown[], (each) => valueTest(...each, options));
  return VALUE_TESTS[operator]?.(operand) ?? PLACE_TESTS[operator]!(operand, options);
}

const not = (test: Test): Test => (value) => !test(value);

/** Every member of an $all as an operator and its operand. */
function allOf(members: unknown[], testOf: (each: [operator: string, operand: unknown]) => Test): Test {
  const tests = members.map((member) => {
    if (isObject(member) && '$elemMatch' in member) return testOf(['$elemMatch', member.$elemMatch]);
    return testOf([member instanceof RegExp ? '$regex' : '$eq', member]);
  });
  return (value) => tests.length > 0 && tests.every((test) => test(value));
}

/** `{ $regex: 'a', $options: 'i' }` as one pattern. */
function withPattern(criteria: Criteria): Criteria {
  if (!('$regex' in criteria)) return criteria;
  const { $regex, $options, ...rest } = criteria;
  return { ...rest, $regex: new RegExp($regex as string | RegExp, $options as string | undefined) };
}

const onPath =
  (operator: string): FilterOperator =>
  (selector, operand, options) => {
    const path = pathOf(selector);
    const test = VALUE_TESTS[operator]?.(operand);
    if (test) return (document) => someValue(document, path, test);
    const placeTest = PLACE_TESTS[operator]!(operand, options);
    return (document) => somePlace(document, path, placeTest);
  };

const negated =
  (operator: FilterOperator): FilterOperator =>
  (...query) =>
    not(operator(...query));

const $exists: FilterOperator = (selector, operand) => {
  const path = pathOf(selector);
  return (document) => somePlace(document, path, (value) => value !== undefined) === Boolean(operand);
};

const $all: FilterOperator = (selector, operand, options) =>
  allOf(operand as unknown[], ([operator, member]) => onPath(operator)(selector, member, options));

/** By name, for mingo's context. */
export const predicates: Readonly<Record<string, FilterOperator>> = {
  ...Object.fromEntries([...Object.keys(VALUE_TESTS), ...Object.keys(PLACE_TESTS)].map((name) => [name, onPath(name)])),
  $exists,
  $all,
  $ne: negated(onPath('$eq')),
  $nin: negated(onPath('$in')),
};
