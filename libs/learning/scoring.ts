export interface Scored {
  probability: number;
  label: 0 | 1;
}

/**
 * The probability that one to whom it happened was given a higher probability than one to whom it did not; ties count
 * half (Mann and Whitney). Null where all are of one kind.
 */
export function areaUnderCurve(scored: readonly Scored[]): number | null {
  const sorted = [...scored].sort((one, other) => one.probability - other.probability);
  const positives = sorted.filter(({ label }) => label === 1).length;
  const negatives = sorted.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let ranks = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]!.probability === sorted[from]!.probability) to++;
    const rank = (from + 1 + to) / 2;
    for (; from < to; from++) if (sorted[from]!.label === 1) ranks += rank;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Mean squared distance of probabilities from what happened: 0 is best (Brier, 1950). Null for nobody. */
export function brierScore(scored: readonly Scored[]): number | null {
  return scored.length === 0 ? null : scored.reduce((sum, { probability, label }) => sum + (probability - label) ** 2, 0) / scored.length;
}
