import { LRUCache } from 'lru-cache';
import { EMPTY_ROOT, nodeHash } from '../tree/hashes.js';
import { consistencyRanges, fullNodes, hashOf, inclusionRanges, type Range } from '../tree/ranges.js';
import { placeOf, rootOf, type TilePlace } from '../tree/tiles.js';
import { type TileStore } from './tile-store.js';

/** Tiles kept, so that the proofs of neighbours share them. */
const CACHED_TILES = 64;

/** Roots and proofs of trees up to the stored one, each from a few tiles. */
export class TreeReader {
  private readonly cache = new LRUCache<string, Buffer[]>({ max: CACHED_TILES });

  /** @param store holds a tree of at least the sizes that will be asked for. */
  constructor(private readonly store: TileStore) {}

  async root(size: number): Promise<Buffer> {
    if (size === 0) return EMPTY_ROOT;
    const [root] = await this.hashes([{ start: 0, end: size }]);
    return root!;
  }

  /** Proof that the tree of this size has the leaf; the tree has it. */
  inclusion(leaf: number, size: number): Promise<Buffer[]> {
    return this.hashes(inclusionRanges(leaf, size));
  }

  /** Proof that the tree of this size begins with the earlier one, which is not larger. */
  consistency(earlier: number, size: number): Promise<Buffer[]> {
    return this.hashes(earlier === 0 ? [] : consistencyRanges(earlier, size));
  }

  private async hashes(ranges: readonly Range[]): Promise<Buffer[]> {
    const tiles = await this.tiles(ranges.flatMap(fullNodes).map(placeOf));
    return ranges.map((range) => hashOf(range, (node) => {
      const { first, count, ...place } = placeOf(node);
      return rootOf(tiles.get(keyOf(place))!.slice(first, first + count));
    }, nodeHash));
  }

  private async tiles(places: readonly TilePlace[]): Promise<Map<string, Buffer[]>> {
    const wanted = new Map(places.map(({ level, number }) => [keyOf({ level, number }), { level, number }]));
    const tiles = new Map<string, Buffer[]>();
    for (const key of wanted.keys()) {
      const cached = this.cache.get(key);
      if (cached) tiles.set(key, cached);
    }
    const missing = [...wanted].filter(([key]) => !tiles.has(key));
    const loaded = missing.length === 0 ? [] : await this.store.hashes(missing.map(([, place]) => place));
    missing.forEach(([key], at) => {
      tiles.set(key, loaded[at]!);
      this.cache.set(key, loaded[at]);
    });
    return tiles;
  }
}

const keyOf = ({ level, number }: TilePlace): string => `${level}/${number}`;
