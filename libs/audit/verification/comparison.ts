import { type Position } from '#event-sourcing';
import { type Head } from '../heads/head.js';
import { type Frontier } from '../tree/frontier.js';
import { HASH_BYTES } from '../tree/hashes.js';
import { type ExpectedLeaf, type ExpectedLeaves } from './expected-leaves.js';
import { LISTED_FINDINGS, type Finding } from './report.js';

/** Stands for the leaf of an event that cannot be read. */
const UNREADABLE = Buffer.alloc(HASH_BYTES);

/** Heads, each with whether a growing tree had its root when it had its size. */
export class HeadMarks {
  readonly matching = new Set<Head>();
  private next = 0;

  /** @param heads from the smallest tree to the largest. */
  constructor(readonly heads: readonly Head[]) {}

  /** Compares the heads of this size. */
  compare(tree: Frontier): void {
    for (; this.next < this.heads.length && this.heads[this.next]!.size <= tree.size; this.next++) {
      const head = this.heads[this.next]!;
      if (head.size === tree.size && head.root.equals(tree.root())) this.matching.add(head);
    }
  }

  copy(): HeadMarks {
    const copy = new HeadMarks(this.heads);
    copy.next = this.next;
    for (const head of this.matching) copy.matching.add(head);
    return copy;
  }
}

/** The log as it is beside the tree that was made of it: event by event, and head by head for both. */
export class Comparison {
  readonly findings: Finding[] = [];
  readonly counts: Record<Finding['kind'], number> = { changed: 0, inserted: 0, unreadable: 0, missing: 0 };
  /** Leaves of the log before the first finding. */
  divergedAt: number | undefined;
  /** The tree as it is stored, once it is another than the log's. */
  private stored: Frontier | undefined;
  private storedMarks: HeadMarks | undefined;

  constructor(
    readonly log: Frontier,
    readonly marks: HeadMarks,
    private readonly expected: ExpectedLeaves,
  ) {}

  /** Heads that the stored tree has, where it is not the log's. */
  get headsOfStored(): HeadMarks {
    return this.storedMarks ?? this.marks;
  }

  /** The stored tree has lost a part. */
  get isTreeBroken(): boolean {
    return this.expected.isBroken;
  }

  /** Takes the next event of the log. @param hash of its leaf; undefined where it cannot be read. */
  async take(position: Position, hash: Buffer | undefined): Promise<void> {
    if (!this.expected.isLoaded) await this.expected.load();
    while (this.expected.next && this.expected.next.position < position) {
      this.found('missing', this.expected.next.position);
      await this.passExpected();
    }
    const expected = this.expected.next?.position === position ? this.expected.next : undefined;
    const kind = this.kindOf(position, hash, expected);
    if (kind) this.found(kind, position);
    if (expected) await this.passExpected();
    else if (position > this.expected.end && this.stored) this.grow(this.stored, this.storedMarks!, hash ?? UNREADABLE);
    this.grow(this.log, this.marks, hash ?? UNREADABLE);
  }

  /** The log has ended: what the tree has besides is missing. */
  async end(): Promise<void> {
    if (!this.expected.isLoaded) await this.expected.load();
    while (this.expected.next) {
      this.found('missing', this.expected.next.position);
      await this.passExpected();
    }
  }

  /** The position at which something must be, by the tree. */
  async nextExpected(): Promise<Position | undefined> {
    if (!this.expected.isLoaded) await this.expected.load();
    return this.expected.next?.position;
  }

  /** What is wrong with an event that the tree has so, or has not. */
  private kindOf(position: Position, hash: Buffer | undefined, expected: ExpectedLeaf | undefined): Finding['kind'] | undefined {
    if (!hash) return 'unreadable';
    if (expected) return expected.hash.equals(hash) ? undefined : 'changed';
    return position <= this.expected.end ? 'inserted' : undefined;
  }

  private found(kind: Finding['kind'], position: Position): void {
    if (this.divergedAt === undefined) {
      this.divergedAt = this.log.size;
      this.stored = this.log.copy();
      this.storedMarks = this.marks.copy();
    }
    this.counts[kind]++;
    if (this.findings.length < LISTED_FINDINGS) this.findings.push({ kind, position });
  }

  private async passExpected(): Promise<void> {
    if (this.stored) this.grow(this.stored, this.storedMarks!, this.expected.next!.hash);
    this.expected.pass();
    if (!this.expected.isLoaded) await this.expected.load();
  }

  private grow(tree: Frontier, marks: HeadMarks, hash: Buffer): void {
    tree.append(hash);
    marks.compare(tree);
  }
}
