/** How often something happened and when last, in a few fields however often it was. */
export interface Occurrences {
  count: number;
  /** Null: never, or not known since the last ones turned out not to have happened. */
  last: string | null;
  /** The one before, should the last one be taken back. */
  beforeLast: string | null;
}

export const never: Occurrences = { count: 0, last: null, beforeLast: null };

export function once(known: Occurrences, at: string): Occurrences {
  const { last, beforeLast } = known;
  const count = known.count + 1;
  if (last === null || at >= last) return { count, last: at, beforeLast: last };
  return { count, last, beforeLast: beforeLast !== null && beforeLast > at ? beforeLast : at };
}

/** One that was counted did not happen, or not then. */
export function takenBack({ count, last, beforeLast }: Occurrences, at: string): Occurrences {
  if (count === 1) return never;
  if (at === last) return { count: count - 1, last: beforeLast, beforeLast: null };
  return { count: count - 1, last, beforeLast: at === beforeLast ? null : beforeLast };
}
