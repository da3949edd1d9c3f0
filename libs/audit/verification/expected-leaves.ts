import { BEGINNING, type Position } from '#event-sourcing';
import { type LeafRow, type TileStore, type TreeState } from '../log/tile-store.js';
import { TILE_WIDTH } from '../tree/tiles.js';

/** A leaf as the tree in the document store has it. */
export interface ExpectedLeaf {
  position: Position;
  hash: Buffer;
}

/** The leaves of the stored tree, one after the other. */
export class ExpectedLeaves {
  /** A tile is missing: from there on nothing is known of the tree. */
  isBroken = false;
  private row: LeafRow | undefined;

  /** @param index of the next leaf. */
  constructor(
    private readonly tiles: TileStore,
    private readonly tree: TreeState,
    private index: number,
  ) {}

  /** Up to this position the tree knows every event. */
  get end(): Position {
    return this.isBroken ? BEGINNING : this.tree.position;
  }

  /** The next leaf, if its tile is loaded: {@link load} it first where {@link isLoaded} says no. */
  get next(): ExpectedLeaf | undefined {
    const at = this.index % TILE_WIDTH;
    const hash = this.index < this.tree.size ? this.row?.hashes[at] : undefined;
    return hash && { hash, position: this.row!.positions[at]! };
  }

  get isLoaded(): boolean {
    return this.row !== undefined || this.index >= this.tree.size;
  }

  async load(): Promise<void> {
    const row = await this.tiles.findLeafRow(Math.floor(this.index / TILE_WIDTH));
    if (row) {
      this.row = row;
      return;
    }
    this.isBroken = true;
    this.index = this.tree.size;
  }

  /** Goes to the leaf after the next. */
  pass(): void {
    this.index++;
    if (this.index % TILE_WIDTH === 0) this.row = undefined;
  }
}
