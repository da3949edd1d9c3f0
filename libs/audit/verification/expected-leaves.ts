import { BEGINNING, type Position } from '#event-sourcing';
import { type LeafRow, type TileStore, type TreeState } from '../log/tile-store.js';
import { TILE_WIDTH } from '../tree/tiles.js';

/** A leaf as the tree in the document store has it. */
export interface ExpectedLeaf {
  position: Position;
  hash: Buffer;
}

/** The leaves of the stored tree, one after the other. What is missing in the store ends them. */
export class ExpectedLeaves {
  private row: LeafRow | undefined;

  /** @param index of the next leaf. */
  constructor(
    private readonly tiles: TileStore,
    private readonly tree: TreeState,
    private index: number,
  ) {}

  /** Position of the last leaf of the tree. */
  get end(): Position {
    return this.tree.size > 0 ? this.tree.position : BEGINNING;
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
    const row = await this.tiles.leafRow(Math.floor(this.index / TILE_WIDTH));
    // Without this tile nothing is known of what comes after it either.
    if (row) this.row = row;
    else this.index = this.tree.size;
  }

  /** Goes to the leaf after the next. */
  pass(): void {
    this.index++;
    if (this.index % TILE_WIDTH === 0) this.row = undefined;
  }
}
