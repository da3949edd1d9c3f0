import { nodeHash } from './hashes.js';

/** Whether a proof shows that the tree of this size and root has the leaf at this index (RFC 9162, 2.1.3.2). */
export function provesInclusion(leaf: Buffer, index: number, size: number, proof: readonly Buffer[], root: Buffer): boolean {
  if (index < 0 || index >= size) return false;
  const place = new Place(index, size - 1);
  let hash = leaf;
  for (const sibling of proof) {
    if (place.last === 0) return false;
    if (place.isRight()) {
      hash = nodeHash(sibling, hash);
      place.skipWithoutSibling();
    } else hash = nodeHash(hash, sibling);
    place.up();
  }
  return place.last === 0 && hash.equals(root);
}

/** A tree head as proofs need it. */
export interface TreeHead {
  size: number;
  root: Buffer;
}

/** Whether a proof shows that the later tree begins with all of the earlier one (RFC 9162, 2.1.4.2). */
export function provesConsistency(earlier: TreeHead, later: TreeHead, proof: readonly Buffer[]): boolean {
  if (earlier.size > later.size) return false;
  if (earlier.size === later.size) return proof.length === 0 && earlier.root.equals(later.root);
  // Every tree begins with the empty one.
  if (earlier.size === 0) return proof.length === 0;
  const [first, ...rest] = isPowerOfTwo(earlier.size) ? [earlier.root, ...proof] : proof;
  return first !== undefined && leadsToBoth(first, rest, earlier, later);
}

/** Goes up from the last full subtree that both trees have. */
function leadsToBoth(first: Buffer, rest: readonly Buffer[], earlier: TreeHead, later: TreeHead): boolean {
  const place = new Place(earlier.size - 1, later.size - 1);
  while (place.index % 2 === 1) place.up();
  let before = first;
  let after = first;
  for (const sibling of rest) {
    if (place.last === 0) return false;
    if (place.isRight()) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      place.skipWithoutSibling();
    } else after = nodeHash(after, sibling);
    place.up();
  }
  return place.last === 0 && before.equals(earlier.root) && after.equals(later.root);
}

/** Where a proof stands on its way up: a node, and the last node of the same height. */
class Place {
  constructor(
    public index: number,
    public last: number,
  ) {}

  /** Its sibling is on the left. */
  isRight(): boolean {
    return this.index % 2 === 1 || this.index === this.last;
  }

  up(): void {
    this.index = Math.floor(this.index / 2);
    this.last = Math.floor(this.last / 2);
  }

  /** At the right edge a node may have no sibling for some heights. */
  skipWithoutSibling(): void {
    while (this.index % 2 === 0 && this.index !== 0) this.up();
  }
}

function isPowerOfTwo(number: number): boolean {
  return 2 ** Math.round(Math.log2(number)) === number;
}
