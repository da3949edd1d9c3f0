import { kmeans } from 'ml-kmeans';

export interface Groups {
  /** The group of each row, from 0. */
  groupOf: number[];
  /** Distance of each row from the middle of its group. */
  distance: number[];
  middles: number[][];
  /** Sum of squared distances from the middles. */
  withinSquares: number;
  converged: boolean;
  iterations: number;
}

const MAX_ITERATIONS = 300;

/**
 * Groups rows by k-means: Lloyd's algorithm from the starting points of k-means++ (Arthur and Vassilvitskii, 2007). The
 * same rows, number and seed give the same groups.
 * @param groups at most as many as there are different rows
 */
export function groupsOf(rows: readonly (readonly number[])[], groups: number, seed: number): Groups {
  const found = kmeans(rows.map((row) => [...row]), groups, { seed, initialization: 'kmeans++', maxIterations: MAX_ITERATIONS });
  const middles = found.centroids;
  const distance = rows.map((row, index) => Math.sqrt(squares(row, middles[found.clusters[index]!]!)));
  return { groupOf: found.clusters, distance, middles, withinSquares: distance.reduce((sum, each) => sum + each ** 2, 0), converged: found.converged, iterations: found.iterations };
}

const squares = (row: readonly number[], middle: readonly number[]): number => row.reduce((sum, value, index) => sum + (value - middle[index]!) ** 2, 0);
