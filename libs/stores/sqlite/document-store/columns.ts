// From the port alone: processes that answer queries load this file, and the whole engine would keep them waiting.
import { InvalidQuery } from '../../../event-sourcing/ports/document-store.js';

/**
 * SQL expressions for what a path leads to, in an order that is MongoDB's: SQLite sorts NULL, numbers, text, blobs;
 * here NULL stands for null and missing, and blobs stand for objects, arrays, false and true in this order. An object
 * or array is only marked, so sorting by a path is exact where no document is marked there. A path that meets an array
 * on its way is marked as an array.
 */
const OBJECT = `x'03'`;
const ARRAY = `x'04'`;
const FALSE = `x'0800'`;
const TRUE = `x'0801'`;

export const MARKED_AS_ARRAY = ARRAY;
/** The least text, and what comes after all text. */
export const LEAST_TEXT = `''`;
export const AFTER_TEXT = `x''`;

export const ofBoolean = (value: boolean): string => (value ? TRUE : FALSE);

/** @throws InvalidQuery SQLite cannot name such a path. */
export function columnOf(selector: string): string {
  if (selector === '_id') return 'key';
  const fields = selector.split('.');
  if (!fields.every((field) => /^[^"\\\p{Cc}]+$/u.test(field))) {
    throw new InvalidQuery(`"${selector}" cannot be indexed: a field may hold no quotation mark, backslash or control character.`);
  }
  const paths = fields.map((_, i) => literal(`$${fields.slice(0, i + 1).map((field) => `."${field}"`).join('')}`));
  const full = paths.pop()!;
  const arrays = paths.map((path) => `WHEN json_type(document, ${path}) = 'array' THEN ${ARRAY} `).join('');
  const value =
    `CASE json_type(document, ${full}) WHEN 'array' THEN ${ARRAY} WHEN 'object' THEN ${OBJECT} ` +
    `WHEN 'false' THEN ${FALSE} WHEN 'true' THEN ${TRUE} ELSE json_extract(document, ${full}) END`;
  return arrays === '' ? value : `CASE ${arrays}ELSE ${value} END`;
}

/** The condition that a document has an object or array at the path, or an array on its way. */
export const marked = (selector: string): string => `document IS NOT NULL AND ${columnOf(selector)} IN (${OBJECT}, ${ARRAY})`;

const literal = (text: string): string => `'${text.replaceAll(`'`, `''`)}'`;
