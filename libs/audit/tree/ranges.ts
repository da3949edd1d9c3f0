/** Leaves from `start` up to `end`, which is not among them. */
export interface Range {
  start: number;
  end: number;
}

/** A node over 2^height leaves, the index-th at its height: the subtree of it is full. */
export interface FullNode {
  height: number;
  index: number;
}

/** Subtrees whose hashes prove that a leaf is in the tree, from the leaf upwards (RFC 9162, 2.1.3.1). */
export function inclusionRanges(leaf: number, size: number): Range[] {
  return path(leaf, { start: 0, end: size });
}

/** Subtrees whose hashes prove that a tree begins with an earlier one (RFC 9162, 2.1.4.1); neither is empty. */
export function consistencyRanges(earlier: number, size: number): Range[] {
  return subproof(earlier, { start: 0, end: size }, true);
}

/** The hash of a subtree, made of the hashes of full nodes. */
export function hashOf(range: Range, full: (node: FullNode) => Buffer, join: (left: Buffer, right: Buffer) => Buffer): Buffer {
  const height = heightOfFull(range);
  if (height !== undefined) return full({ height, index: range.start / 2 ** height });
  const [left, right] = halves(range);
  return join(hashOf(left, full, join), hashOf(right, full, join));
}

/** The full nodes that {@link hashOf} asks for. */
export function fullNodes(range: Range): FullNode[] {
  const height = heightOfFull(range);
  if (height !== undefined) return [{ height, index: range.start / 2 ** height }];
  return halves(range).flatMap(fullNodes);
}

function path(leaf: number, range: Range): Range[] {
  if (range.end - range.start === 1) return [];
  const [left, right] = halves(range);
  return leaf < right.start ? [...path(leaf, left), right] : [...path(leaf, right), left];
}

function subproof(earlier: number, range: Range, isWholeTree: boolean): Range[] {
  if (earlier === range.end) return isWholeTree ? [] : [range];
  const [left, right] = halves(range);
  return earlier <= right.start ? [...subproof(earlier, left, isWholeTree), right] : [...subproof(earlier, right, false), left];
}

/** The left half is the largest full subtree that is not all of it. */
function halves({ start, end }: Range): [Range, Range] {
  let left = 1;
  while (left * 2 < end - start) left *= 2;
  return [{ start, end: start + left }, { start: start + left, end }];
}

function heightOfFull({ start, end }: Range): number | undefined {
  const height = Math.round(Math.log2(end - start));
  return 2 ** height === end - start ? height : undefined;
}
