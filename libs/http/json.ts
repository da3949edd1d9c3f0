import { RequestProblem } from './problems.js';

/** Objects and arrays inside one another. */
export const MAX_DEPTH = 32;

/**
 * Parses JSON from outside. Keys that mean something to JavaScript itself (`__proto__`, `constructor`, `toString` …)
 * are refused, for whatever copies the value may trip over them.
 * @throws RequestProblem malformed-json
 */
export function parseJson(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RequestProblem('malformed-json', `${what} is not JSON: ${(error as Error).message}.`);
  }
  check(value, what, 0);
  return value;
}

function check(value: unknown, what: string, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw new RequestProblem('malformed-json', `${what} is nested deeper than ${MAX_DEPTH} levels. Make it flatter.`);
  if (Array.isArray(value)) {
    for (const item of value) check(item, what, depth + 1);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key in Object.prototype || key === 'prototype') throw new RequestProblem('malformed-json', `${what} has the key "${key}", which is not allowed. Leave it out.`);
    check(item, what, depth + 1);
  }
}

/** @throws RequestProblem malformed-json */
export function parseJsonObject(text: string, what: string): Record<string, unknown> {
  const value = parseJson(text, what);
  if (isObject(value)) return value;
  throw new RequestProblem('malformed-json', `${what} must be a JSON object, such as {"kind":"person"}.`);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
