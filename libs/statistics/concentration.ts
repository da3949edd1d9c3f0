/** A point of a Lorenz curve: the poorest `share` of all have `value` of everything. */
export interface LorenzPoint {
  share: number;
  value: number;
}

/**
 * The Lorenz curve of values that are not negative, at so many equal steps, and their Gini coefficient: 0 where all are equal.
 * Undefined where they come to nothing.
 */
export function lorenz(values: readonly number[], steps = 20): { points: LorenzPoint[]; gini: number } | undefined {
  const sorted = Float64Array.from(values).sort();
  const total = sorted.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return undefined;
  const cumulated = new Float64Array(sorted.length + 1);
  for (let index = 0; index < sorted.length; index++) cumulated[index + 1] = cumulated[index]! + sorted[index]!;
  const points = Array.from({ length: steps + 1 }, (_, step) => ({ share: step / steps, value: between(cumulated, (step / steps) * sorted.length) / total }));
  const ranked = sorted.reduce((sum, value, index) => sum + (index + 1) * value, 0);
  return { points, gini: (2 * ranked) / (sorted.length * total) - (sorted.length + 1) / sorted.length };
}

function between(cumulated: Float64Array, at: number): number {
  const below = Math.min(Math.floor(at), cumulated.length - 1);
  const above = Math.min(below + 1, cumulated.length - 1);
  return cumulated[below]! + (at - below) * (cumulated[above]! - cumulated[below]!);
}
