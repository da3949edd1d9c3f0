import { LRUCache } from 'lru-cache';

/**
 * A cache of at most so many entries, the least recently used of which goes first. It takes room as it fills:
 * `new LRUCache({ max })` takes all of it at once, which is milliseconds for each of the many caches of a start.
 */
export function boundedCache<K extends NonNullable<unknown>, V extends NonNullable<unknown>>(entries: number): LRUCache<K, V> {
  return new LRUCache<K, V>({ maxSize: entries, sizeCalculation: () => 1 });
}
