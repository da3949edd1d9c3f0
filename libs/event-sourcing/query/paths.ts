import { isObject } from './order.js';

/** A dotted path, taken apart. */
export type Path = readonly string[];

export const pathOf = (selector: string): Path => selector.split('.');

type Test = (value: unknown) => boolean;

/**
 * Whether a test holds for something that a filter's path leads to, as MongoDB walks it: an array on the way is entered
 * in each of its objects, a number in the path also names a place in an array, and an array at the end stands for each
 * of its elements and for itself. A path that leads nowhere leads to one `undefined`.
 */
export function someValue(document: unknown, path: Path, test: Test): boolean {
  return somePlace(document, path, (value) => (Array.isArray(value) && value.some(test)) || test(value));
}

/** The same where an array at the end only stands for itself. */
export function somePlace(value: unknown, path: Path, test: Test, at = 0): boolean {
  if (at === path.length) return test(value);
  if (Array.isArray(value)) return someElement(value, path, test, at);
  return isObject(value) ? somePlace(own(value, path[at]!), path, test, at + 1) : test(undefined);
}

function someElement(array: unknown[], path: Path, test: Test, at: number): boolean {
  if (array.some((element) => isObject(element) && somePlace(element, path, test, at))) return true;
  const place = placeIn(array, path[at]!);
  if (place === undefined) return false;
  const element = array[place];
  const last = at + 1 === path.length;
  return (last || isObject(element) || Array.isArray(element)) && somePlace(element, path, test, at + 1);
}

function placeIn(array: unknown[], field: string): number | undefined {
  if (!/^(0|[1-9]\d*)$/.test(field)) return undefined;
  return Number(field) < array.length ? Number(field) : undefined;
}

/** A field of the object itself, never one of its prototype. */
export function own(object: Record<string, unknown>, field: string): unknown {
  return Object.hasOwn(object, field) ? object[field] : undefined;
}

/** The value at a path through objects alone; `undefined` where there is none. */
export function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const field of path) {
    if (!isObject(value)) return undefined;
    value = own(value, field);
  }
  return value;
}

/** A copy with the value at the path, which shares what does not change. Arrays on the way get it in each element. */
export function withValue(target: unknown, path: Path, value: unknown, at = 0): unknown {
  if (at === path.length) return value;
  if (Array.isArray(target)) return target.map((element) => withValue(element, path, value, at));
  const object = isObject(target) ? target : {};
  return { ...object, [path[at]!]: withValue(own(object, path[at]!), path, value, at + 1) };
}

/** A copy without the field at the path, which shares what does not change. Arrays on the way lose it in each element. */
export function withoutValue(target: unknown, path: Path, at = 0): unknown {
  if (Array.isArray(target)) return target.map((element) => withoutValue(element, path, at));
  if (!isObject(target) || !Object.hasOwn(target, path[at]!)) return target;
  const { [path[at]!]: value, ...rest } = target;
  return at + 1 === path.length ? rest : { ...target, [path[at]!]: withoutValue(value, path, at + 1) };
}

/** Collects what a document is sorted by under a path: null where there is nothing, undefined for an empty array. */
export function collectSortValues(value: unknown, path: Path, found: unknown[], at = 0): void {
  if (at === path.length) collectElements(value, found);
  else if (Array.isArray(value)) enterArray(value, path, found, at);
  else if (isObject(value)) collectSortValues(own(value, path[at]!), path, found, at + 1);
  else found.push(null);
}

function collectElements(value: unknown, found: unknown[]): void {
  if (!Array.isArray(value)) found.push(value ?? null);
  else if (value.length === 0) found.push(undefined);
  else for (const element of value as unknown[]) found.push(element ?? null);
}

function enterArray(array: unknown[], path: Path, found: unknown[], at: number): void {
  const place = placeIn(array, path[at]!);
  if (place !== undefined) collectSortValues(array[place], path, found, at + 1);
  else if (array.length === 0) found.push(null);
  else for (const element of array) collectSortValues(Array.isArray(element) ? null : element, path, found, at);
}

/** The object without the fields at these paths; itself where there are none. */
export function withoutPaths<T extends object>(object: T, paths: readonly string[]): T {
  return paths.reduce<unknown>((left, path) => withoutValue(left, pathOf(path)), object) as T;
}
