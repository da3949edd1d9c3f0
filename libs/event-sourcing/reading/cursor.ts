import { InvalidQuery, type Document, type Filter, type Sort } from '../ports/document-store.js';

/** Where a list goes on: after the row with these sort values and this key. Opaque to callers. */
interface CursorContent {
  sort: Sort;
  values: unknown[];
  key: string;
}

export function cursorAfter(row: Document, sort: Sort): string {
  const values = Object.keys(sort).map((path) => valueAt(row, path) ?? null);
  const content: CursorContent = { sort, values, key: row._id };
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

/**
 * The filter for rows that come after the cursor's. Rows are ordered by the sort fields, then by key.
 * @throws InvalidQuery it is no cursor of this list.
 */
export function afterCursor(cursor: string, sort: Sort): Filter {
  const content = decode(cursor);
  if (JSON.stringify(content.sort) !== JSON.stringify(sort)) {
    throw new InvalidQuery('The cursor belongs to a list with another sort. Start again without a cursor.');
  }
  const alternatives: Filter[] = [];
  const equal: Filter = {};
  Object.entries(sort).forEach(([path, direction], index) => {
    const value = content.values[index];
    const beyond = beyondValue(path, direction, value);
    if (beyond) alternatives.push({ ...equal, ...beyond });
    equal[path] = value;
  });
  alternatives.push({ ...equal, _id: { $gt: content.key } });
  return alternatives.length === 1 ? alternatives[0]! : { ...fromFirst(sort, content.values), $or: alternatives };
}

/** What all alternatives have in common, said once: an index can begin there instead of at the first row of all. */
function fromFirst(sort: Sort, [value]: readonly unknown[]): Filter {
  const [[path, direction]] = Object.entries(sort) as [[string, 1 | -1]];
  return direction === 1 && value !== null ? { [path]: { $gte: value } } : {};
}

/** Missing and null come first in ascending order, as in MongoDB. */
function beyondValue(path: string, direction: 1 | -1, value: unknown): Filter | undefined {
  if (value === null) return direction === 1 ? { [path]: { $ne: null } } : undefined;
  return direction === 1 ? { [path]: { $gt: value } } : { $or: [{ [path]: { $lt: value } }, { [path]: null }] };
}

function decode(cursor: string): CursorContent {
  try {
    const content = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as CursorContent;
    if (Array.isArray(content.values) && typeof content.key === 'string' && typeof content.sort === 'object') return content;
  } catch {
    // Told below, in the same words as any other text that is no cursor.
  }
  throw new InvalidQuery('The cursor is not one of this service. Take it from `next` of the page before.');
}

function valueAt(row: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined | null)?.[field], row);
}
