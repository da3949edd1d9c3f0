/**
 * MongoDB's order of values, for JSON and for the dates that expressions make of it.
 * https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */

const MISSING = 0;
const NULL = 1;
const NUMBER = 2;
const STRING = 3;
const OBJECT = 4;
const ARRAY = 5;
const BOOLEAN = 6;
const DATE = 7;
const REGEX = 8;

/** The place of a value's type in the order of types. A missing value comes before null. */
export function typeOrder(value: unknown): number {
  if (typeof value === 'string') return STRING;
  if (typeof value === 'number') return NUMBER;
  if (value === undefined) return MISSING;
  if (value === null) return NULL;
  if (typeof value === 'boolean') return BOOLEAN;
  if (Array.isArray(value)) return ARRAY;
  if (value instanceof Date) return DATE;
  return value instanceof RegExp ? REGEX : OBJECT;
}

export const isObject = (value: unknown): value is Record<string, unknown> => typeOrder(value) === OBJECT;

/** Below 0, 0 or above 0. Types come first, values of one type second; objects and arrays are compared field by field in their order. */
export function compareValues(left: unknown, right: unknown): number {
  if (left === right) return 0;
  const type = typeOrder(left);
  const difference = type - typeOrder(right);
  if (difference !== 0) return difference;
  switch (type) {
    case STRING:
      return compareStrings(left as string, right as string);
    case OBJECT:
      return compareObjects(left as Record<string, unknown>, right as Record<string, unknown>);
    case ARRAY:
      return compareArrays(left as unknown[], right as unknown[]);
    case REGEX:
      return compareStrings(String(left), String(right));
    default:
      return Number(left) - Number(right);
  }
}

/** By code point, which is the order of UTF-8 and so of MongoDB and SQLite; `<` would compare UTF-16 units. */
export function compareStrings(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a !== b) return aboveSurrogates(a) - aboveSurrogates(b);
  }
  return left.length - right.length;
}

// Surrogates stand for the code points above U+FFFF, so they come after the units from U+E000 on.
function aboveSurrogates(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2800 : unit;
}

function compareObjects(left: Record<string, unknown>, right: Record<string, unknown>): number {
  const leftFields = Object.keys(left);
  const rightFields = Object.keys(right);
  const length = Math.min(leftFields.length, rightFields.length);
  for (let i = 0; i < length; i++) {
    const a = leftFields[i]!;
    const b = rightFields[i]!;
    const order = typeOrder(left[a]) - typeOrder(right[b]) || compareStrings(a, b) || compareValues(left[a], right[b]);
    if (order !== 0) return order;
  }
  return leftFields.length - rightFields.length;
}

function compareArrays(left: unknown[], right: unknown[]): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const order = compareValues(left[i], right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
