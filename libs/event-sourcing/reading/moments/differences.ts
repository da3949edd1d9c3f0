import diff from 'microdiff';
import type { Document } from '../../ports/document-store.js';

/** By path, such as `address.city`: the value before and after; either is missing where there was or is none. */
export interface Change {
  path: string;
  before?: unknown;
  after?: unknown;
}

/** A document that is in one of two lists, or in both and not the same. */
export interface Difference {
  _id: string;
  kind: 'entered' | 'left' | 'changed';
  changes: Change[];
}

/** What is different between two states of anything. They may be any JSON, so they are compared inside a box. */
export function changesBetween(before: unknown, after: unknown): Change[] {
  const changes = diff({ state: before ?? {} }, { state: after ?? {} });
  // Zero and minus zero are one number: JSON has no other.
  return changes.filter((change) => change.type !== 'CHANGE' || change.oldValue !== change.value).map((change) => ({
    path: change.path.slice(1).join('.'),
    ...('oldValue' in change && { before: change.oldValue as unknown }),
    ...('value' in change && { after: change.value as unknown }),
  }));
}

/** Goes through two lists in the order of their keys and tells where they differ, in these fields or in any. */
export async function* differencesOf(earlier: AsyncIterable<Document>, later: AsyncIterable<Document>, fields?: readonly string[]): AsyncGenerator<Difference> {
  const [before, after] = [earlier[Symbol.asyncIterator](), later[Symbol.asyncIterator]()];
  let [one, other] = [await before.next(), await after.next()];
  while (!one.done || !other.done) {
    const order = one.done ? 1 : other.done ? -1 : compared((one.value)._id, (other.value)._id);
    const [was, is] = [order <= 0 ? (one.value as Document) : undefined, order >= 0 ? (other.value as Document) : undefined];
    const difference = differenceOf(was, is, fields);
    if (difference) yield difference;
    if (order <= 0) one = await before.next();
    if (order >= 0) other = await after.next();
  }
}

function differenceOf(was: Document | undefined, is: Document | undefined, fields?: readonly string[]): Difference | undefined {
  const { _id } = (was ?? is)!;
  const changes = changesBetween(only(was, fields), only(is, fields));
  if (!was) return { _id, kind: 'entered', changes };
  if (!is) return { _id, kind: 'left', changes };
  return changes.length > 0 ? { _id, kind: 'changed', changes } : undefined;
}

function only(document: Document | undefined, fields: readonly string[] | undefined): object | undefined {
  if (!document) return undefined;
  const names = fields ?? Object.keys(document).filter((name) => name !== '_id');
  return Object.fromEntries(names.filter((name) => name in document).map((name) => [name, document[name]]));
}

const compared = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);
