import { Long, type Document as Bson } from 'mongodb';
import type { DocumentWrite, Position, StoredDocument } from '#event-sourcing';
import { checkKey } from '../keys.js';

/** A document as it lies in MongoDB: its fields beside the store's own. */
export interface Stored {
  _id: string;
  _position: Position;
  /** True once a fold has removed it. What is left keeps its position. */
  _removed?: true;
  [field: string]: unknown;
}

/** The store's own fields, which neither queries nor their answers show. */
export const OWN_FIELDS = ['_position', '_removed'] as const;

/** What holds of every document that has not been removed. */
export const LIVE = { _removed: null } as const;

/**
 * MongoDB takes dots and a leading `$` in the name of a field for something else, and cannot store a NUL. Such a
 * character is written as its number behind this one: U+FF05, which names hardly ever hold.
 */
const ESCAPE = '％';
const UNFIT = /[.\0％]|^\$/g;
const ESCAPED = /％([0-9A-F]{2,4})/g;
const OWN = /^_(?=(?:id|position|removed)$)/;

/** The stored form of a write, without its key. @throws TypeError the key is no text, or the document cannot be JSON. */
export function toStored({ key, position, document }: DocumentWrite): Omit<Stored, '_id'> {
  checkKey(key);
  if (document === null) return { _position: position, _removed: true };
  const plain = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
  return { _position: position, ...renamed(plain, (name) => escaped(name).replace(OWN, written)) };
}

/** What queries see of a stored document, or of the result of one. */
export function toResult<T extends Bson>(result: Bson): T {
  const { _position, _removed, ...document } = result;
  return read(document) as T;
}

export function toStoredDocument({ _id, _position, _removed, ...document }: Stored): StoredDocument {
  return { position: _position, document: _removed ? null : (read(document) as object) };
}

const escaped = (name: string): string => name.replace(UNFIT, written);
const written = (character: string): string => ESCAPE + character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
const unescaped = (name: string): string => name.replace(ESCAPED, (_, number: string) => String.fromCharCode(parseInt(number, 16)));

/** The same value with fields renamed; itself where no name changes. Within it every name is escaped alike. */
function renamed<T>(value: T, rename: (name: string) => string): T {
  return mapped(value, rename, (inner) => renamed(inner, escaped));
}

/** JSON again: names as they were, numbers as numbers. */
function read(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Long) return value.toNumber();
  return mapped(value, unescaped, read);
}

function mapped<T>(value: T, rename: (name: string) => string, map: (inner: unknown) => unknown): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (typeof value[i] === 'object') value[i] = map(value[i]);
    return value;
  }
  const object = value as Record<string, unknown>;
  let unchanged = true;
  for (const name of Object.keys(object)) {
    const inner = object[name];
    if (typeof inner === 'object' && inner !== null) object[name] = map(inner);
    unchanged &&= rename(name) === name;
  }
  return unchanged ? value : (Object.fromEntries(Object.entries(object).map(([name, inner]) => [rename(name), inner])) as T);
}
