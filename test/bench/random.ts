/** Numbers from 0 (inclusive) to 1, the same in every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Picks one of the list, each as likely. */
export function picking<T>(list: readonly T[], random: () => number): () => T {
  return () => list[Math.floor(random() * list.length)]!;
}

/**
 * Whole numbers from 0 below `count`; number n comes with a likelihood in proportion to 1 / (n + 1)^exponent
 * (Zipf's law), so that some customers have thousands of events and most a handful.
 */
export function zipf(count: number, exponent: number, random: () => number): () => number {
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let n = 0; n < count; n++) upTo[n] = sum += 1 / (n + 1) ** exponent;
  return () => firstAtLeast(upTo, random() * sum);
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
