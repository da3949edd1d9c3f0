/** Items that are in many baskets together. */
export interface Itemset {
  /** Ascending. */
  items: readonly string[];
  /** Baskets that have all of them. */
  baskets: number;
}

type Baskets = Int32Array;

/**
 * Every set of items that at least so many baskets have, by Eclat: depth first, each set with the list of its baskets
 * (Zaki, Scalable Algorithms for Association Mining, 2000). An item counts once in a basket, however often it is there.
 * @param fewest baskets, 1 at least @param maxItems items of a set at the most
 */
export function frequentItemsets(baskets: readonly (readonly string[])[], fewest: number, maxItems = Infinity): Itemset[] {
  const found: Itemset[] = [];
  const singles = [...basketsOf(baskets)].filter(([, own]) => own.length >= fewest).sort(([one], [other]) => (one < other ? -1 : 1));
  const extend = (items: readonly string[], candidates: readonly (readonly [string, Baskets])[]) => {
    candidates.forEach(([item, own], index) => {
      const together = [...items, item];
      found.push({ items: together, baskets: own.length });
      if (together.length === maxItems) return;
      const next: [string, Baskets][] = [];
      for (let other = index + 1; other < candidates.length; other++) {
        const [name, theirs] = candidates[other]!;
        const both = common(own, theirs, fewest);
        if (both) next.push([name, both]);
      }
      if (next.length > 0) extend(together, next);
    });
  };
  if (maxItems > 0) extend([], singles);
  return found;
}

function basketsOf(baskets: readonly (readonly string[])[]): Map<string, Baskets> {
  const lists = new Map<string, number[]>();
  baskets.forEach((items, basket) => {
    for (const item of new Set(items)) {
      const list = lists.get(item);
      if (list) list.push(basket);
      else lists.set(item, [basket]);
    }
  });
  return new Map([...lists].map(([item, list]) => [item, Int32Array.from(list)]));
}

/** What both ascending lists have; undefined where it is too little, which is often clear early. */
function common(one: Baskets, other: Baskets, fewest: number): Baskets | undefined {
  const both = new Int32Array(Math.min(one.length, other.length));
  let [size, at, next] = [0, 0, 0];
  while (at < one.length && next < other.length) {
    if (size + Math.min(one.length - at, other.length - next) < fewest) return undefined;
    const difference = one[at]! - other[next]!;
    if (difference === 0) both[size++] = one[at]!;
    if (difference <= 0) at++;
    if (difference >= 0) next++;
  }
  return size >= fewest ? both.slice(0, size) : undefined;
}
