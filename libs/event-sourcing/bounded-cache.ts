import QuickLRU from 'quick-lru';

/**
 * A cache of at most so many entries. What was used least recently goes first, half of the cache at a time: that keeps
 * no order entry by entry, which in caches of many thousands costs more than what they save.
 */
export function boundedCache<K, V>(entries: number): QuickLRU<K, V> {
  return new QuickLRU<K, V>({ maxSize: Math.ceil(entries / 2) });
}
