import { EMPTY_ROOT, nodeHash } from './hashes.js';

/** All that is needed of a tree to go on with it: the hashes of its largest full subtrees from left to right. */
export class Frontier {
  /** @param size leaves so far. */
  constructor(
    public size = 0,
    private readonly subtrees: Buffer[] = [],
  ) {}

  static fromJSON({ size, subtrees }: { size: number; subtrees: readonly string[] }): Frontier {
    return new Frontier(size, subtrees.map((hash) => Buffer.from(hash, 'base64')));
  }

  append(leaf: Buffer): void {
    let hash = leaf;
    for (let full = this.size; full % 2 === 1; full = (full - 1) / 2) hash = nodeHash(this.subtrees.pop()!, hash);
    this.subtrees.push(hash);
    this.size++;
  }

  root(): Buffer {
    return this.subtrees.length === 0 ? EMPTY_ROOT : this.subtrees.reduceRight((right, left) => nodeHash(left, right));
  }

  copy(): Frontier {
    return new Frontier(this.size, [...this.subtrees]);
  }

  toJSON(): { size: number; subtrees: string[] } {
    return { size: this.size, subtrees: this.subtrees.map((hash) => hash.toString('base64')) };
  }
}
