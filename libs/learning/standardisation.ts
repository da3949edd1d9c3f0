/** What makes a column of mean 0 and standard deviation 1. A column of equal values becomes 0. */
export interface Standardisation {
  mean: readonly number[];
  deviation: readonly number[];
}

/** @param rows one at least */
export function standardisationOf(rows: readonly (readonly number[])[]): Standardisation {
  const mean = rows[0]!.map((_, column) => sum(rows, (row) => row[column]!) / rows.length);
  const deviation = mean.map((middle, column) => Math.sqrt(sum(rows, (row) => (row[column]! - middle) ** 2) / rows.length));
  return { mean, deviation };
}

export function standardised(row: readonly number[], { mean, deviation }: Standardisation): number[] {
  return row.map((value, column) => (deviation[column]! > 0 ? (value - mean[column]!) / deviation[column]! : 0));
}

const sum = <T>(all: readonly T[], of: (each: T) => number): number => all.reduce((total, each) => total + of(each), 0);
