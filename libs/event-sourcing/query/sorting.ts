import { compareValues } from './order.js';
import { collectSortValues, pathOf, type Path } from './paths.js';

/** A sort's fields in their order. */
export type SortSpec = Readonly<Record<string, 1 | -1>>;

interface Entry<T> {
  document: T;
  values: unknown[];
}

/**
 * Sorts by MongoDB's order: null and missing are the same, an empty array comes before them, and of an array the least
 * element counts ascending and the greatest descending. Equals keep their order. With a limit only that many of the
 * first are kept in memory.
 */
export function sorted<T>(documents: Iterable<T>, sort: SortSpec, limit = Infinity): T[] {
  const fields = Object.entries(sort).map(([selector, direction]) => ({ path: pathOf(selector), direction }));
  const compare = (left: Entry<T>, right: Entry<T>): number => {
    for (let i = 0; i < fields.length; i++) {
      const order = compareValues(left.values[i], right.values[i]);
      if (order !== 0) return order * fields[i]!.direction;
    }
    return 0;
  };
  const kept: Entry<T>[] = [];
  const full = Math.max(2 * limit, 1000);
  for (const document of documents) {
    kept.push({ document, values: fields.map(({ path, direction }) => sortValue(document, path, direction)) });
    if (kept.length >= full) kept.sort(compare).splice(limit);
  }
  return kept.sort(compare).slice(0, limit).map(({ document }) => document);
}

function sortValue(document: unknown, path: Path, direction: 1 | -1): unknown {
  const values: unknown[] = [];
  collectSortValues(document, path, values);
  return values.reduce((best, value) => (compareValues(value, best) * direction < 0 ? value : best), values[0]);
}
