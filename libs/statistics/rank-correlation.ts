import { correlation, Matrix } from 'ml-matrix';

/** Spearman's rank correlation, equal values having their mean rank. Undefined where there are fewer than three pairs, or all of one side are equal. */
export function rankCorrelation(pairs: readonly (readonly [number, number])[]): number | undefined {
  const [first, second] = [ranksOf(pairs.map(([value]) => value)), ranksOf(pairs.map(([, value]) => value))];
  if (pairs.length < 3 || new Set(first).size < 2 || new Set(second).size < 2) return undefined;
  return correlation(Matrix.columnVector(first), Matrix.columnVector(second)).get(0, 0);
}

function ranksOf(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((one, other) => one.value - other.value);
  const ranks = new Array<number>(values.length);
  for (let begin = 0; begin < order.length; ) {
    let end = begin;
    while (end < order.length && order[end]!.value === order[begin]!.value) end += 1;
    for (let at = begin; at < end; at++) ranks[order[at]!.index] = (begin + end + 1) / 2;
    begin = end;
  }
  return ranks;
}
