import { type Position } from '#event-sourcing';
import { rootOf, TILE_WIDTH, type TilePlace } from '../tree/tiles.js';
import { LeafRow, type TileStore, type TreeState } from './tile-store.js';

/** The right edge of the tree while it grows: the last tile of each level, and full ones that are not written yet. */
export class TreeGrowth {
  private readonly leaves = new Map<number, LeafRow>();
  private readonly fullTiles: (TilePlace & { hashes: Buffer[] })[] = [];

  private constructor(
    private readonly store: TileStore,
    private current: TreeState,
    private lastLeaves: LeafRow,
    /** The last tile of each level above the leaves. */
    private readonly edge: Buffer[][],
  ) {}

  /** Goes on where the stored tree ends. */
  static async of(store: TileStore, state: TreeState): Promise<TreeGrowth> {
    const inLast = state.size % TILE_WIDTH;
    // A tile may hold more than its tree: it was written, and how far the tree is was not.
    const lastLeaves = inLast === 0 ? new LeafRow() : (await store.leafRow(Math.floor(state.size / TILE_WIDTH))).first(inLast);
    const edge: Buffer[][] = [];
    for (let level = 1, row = Math.floor(state.size / TILE_WIDTH); row > 0; level++, row = Math.floor(row / TILE_WIDTH)) {
      const count = row % TILE_WIDTH;
      const [hashes] = count === 0 ? [[]] : await store.hashes([{ level, number: Math.floor(row / TILE_WIDTH) }]);
      edge.push(hashes!.slice(0, count));
    }
    return new TreeGrowth(store, state, lastLeaves, edge);
  }

  get state(): TreeState {
    return this.current;
  }

  add(hash: Buffer, position: Position, id: string): void {
    this.lastLeaves.add(hash, position, id);
    this.current = { size: this.current.size + 1, position };
    if (this.lastLeaves.hashes.length < TILE_WIDTH) return;
    this.leaves.set(this.current.size / TILE_WIDTH - 1, this.lastLeaves);
    this.raise(1, this.current.size / TILE_WIDTH, rootOf(this.lastLeaves.hashes));
    this.lastLeaves = new LeafRow();
  }

  /** Writes what has grown. */
  async write(): Promise<void> {
    const { size } = this.current;
    const leaves = new Map(this.leaves);
    if (this.lastLeaves.hashes.length > 0) leaves.set(Math.floor(size / TILE_WIDTH), this.lastLeaves);
    const partial = this.edge.map((hashes, at) => ({ level: at + 1, number: Math.floor(size / TILE_WIDTH ** (at + 2)), hashes })).filter(({ hashes }) => hashes.length > 0);
    await this.store.write(this.current, leaves, [...this.fullTiles, ...partial]);
    this.leaves.clear();
    this.fullTiles.length = 0;
  }

  /** Puts the root of a full tile into the level above. @param count hashes of that level with this one. */
  private raise(level: number, count: number, hash: Buffer): void {
    const tile = (this.edge[level - 1] ??= []);
    tile.push(hash);
    if (tile.length < TILE_WIDTH) return;
    this.fullTiles.push({ level, number: count / TILE_WIDTH - 1, hashes: tile });
    this.edge[level - 1] = [];
    this.raise(level + 1, count / TILE_WIDTH, rootOf(tile));
  }
}
