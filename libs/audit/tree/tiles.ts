import { HASH_BYTES, nodeHash } from './hashes.js';
import { type FullNode } from './ranges.js';

/** Heights of the tree that one tile spans, and the hashes in its lowest row (as in C2SP tlog-tiles). */
const TILE_HEIGHT = 8;
export const TILE_WIDTH = 2 ** TILE_HEIGHT;

/** A tile of level 0 holds hashes of leaves, one of level 1 the roots of tiles of level 0, and so on. */
export interface TilePlace {
  level: number;
  number: number;
}

/** Where the hashes are that a full node is made of: `count` in one tile from `first` on. */
export interface HashesInTile extends TilePlace {
  first: number;
  count: number;
}

export function placeOf({ height, index }: FullNode): HashesInTile {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const first = index * count;
  return { level, number: Math.floor(first / TILE_WIDTH), first: first % TILE_WIDTH, count };
}

/** Root of the full subtree over these hashes, whose number is a power of two. */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  let row = hashes;
  while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, pair) => nodeHash(row[2 * pair]!, row[2 * pair + 1]!));
  return row[0]!;
}

/** Hashes that lie one after the other, as views into the same bytes. */
export function split(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}
